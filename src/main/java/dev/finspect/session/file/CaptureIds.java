package dev.finspect.session.file;

import dev.finspect.session.SessionIdentity;

/**
 * Makes the ids of records that are made of captured segments, or of the kernel's tables: twenty letters of Crockford's base
 * 32. Reading a file or the tables again gives the same.
 */
public final class CaptureIds {
    private static final char[] LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int LENGTH = 20;
    private static final int SOCKET_BITS = 28;
    private static final long NANOS_PER_MICRO = 1_000;

    private CaptureIds() {}

    /**
     * The id of a connection of a file: its running number in {@value SessionIdentity#SHORT_ID_LENGTH_OF_FILE} letters, which
     * are a short id, then the time of the capture's first packet in microseconds.
     */
    static String inFile(long captureStartNanos, long number) {
        char[] id = new char[LENGTH];
        int end = SessionIdentity.SHORT_ID_LENGTH_OF_FILE;
        letters(number, id, 0, end);
        letters(Math.max(0, captureStartNanos / NANOS_PER_MICRO), id, end, LENGTH);
        return new String(id);
    }

    /**
     * The id of a connection that is watched: as those of sessions, it sorts by start. Its number is added to the time at which
     * the watch began, in microseconds, so that no two have the same.
     */
    static String watched(long startNanos, long number, long salt) {
        return ofAttempt(startNanos + number * NANOS_PER_MICRO, salt);
    }

    /** The id of an attempt that was captured live: as those of sessions, its time in microseconds comes first. */
    static String ofAttempt(long startNanos, long number) {
        char[] id = new char[LENGTH];
        int end = SessionIdentity.SHORT_ID_LENGTH;
        letters(Math.max(0, startNanos / NANOS_PER_MICRO), id, 0, end);
        letters(number, id, end, LENGTH);
        return new String(id);
    }

    /**
     * The id of a connection that the kernel's tables show: the number of its socket, the last {@value #SOCKET_BITS} bits first,
     * so that it begins with a digit.
     */
    public static String ofSocket(long cookie) {
        char[] id = new char[LENGTH];
        int end = SessionIdentity.SHORT_ID_LENGTH_OF_FILE;
        letters(cookie & ((1L << SOCKET_BITS) - 1), id, 0, end);
        letters(cookie >>> SOCKET_BITS, id, end, LENGTH);
        return new String(id);
    }

    private static void letters(long value, char[] into, int from, int to) {
        long rest = value;
        for (int i = to - 1; i >= from; i--) {
            into[i] = LETTERS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
