package dev.finspect.session.file;

/**
 * Makes the ids of records that are read from captures: twenty letters of Crockford's base 32, half of them the time of the
 * capture's first packet in milliseconds, half the running number of the connection; reading it again gives the same.
 */
final class CaptureIds {
    private static final char[] LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int HALF = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private CaptureIds() {}

    /** The id of the connection that bears this number. */
    static String id(long captureStartNanos, long number) {
        char[] id = new char[2 * HALF];
        letters(Math.max(0, captureStartNanos / NANOS_PER_MILLI), id, 0);
        letters(number, id, HALF);
        return new String(id);
    }

    private static void letters(long value, char[] into, int from) {
        long rest = value;
        for (int i = from + HALF - 1; i >= from; i--) {
            into[i] = LETTERS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
