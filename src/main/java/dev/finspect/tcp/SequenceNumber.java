package dev.finspect.tcp;

/** Arithmetic of sequence numbers modulo 2^32 (RFC 9293 section 3.4); a number is an {@code int} whose sign means nothing. */
public final class SequenceNumber {
    private SequenceNumber() {}

    /** How far {@code later} lies behind {@code earlier}; negative when it lies before it. Exact within 2^31. */
    public static int distance(int earlier, int later) {
        return later - earlier;
    }

    /** Whether {@code a} comes before {@code b}. */
    public static boolean isBefore(int a, int b) {
        return a - b < 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean isAfter(int a, int b) {
        return a - b > 0;
    }

    /** The later of the two. */
    public static int later(int a, int b) {
        return isAfter(a, b) ? a : b;
    }

    /** The number as people read it, 0 to 2^32 - 1. */
    public static long unsigned(int number) {
        return Integer.toUnsignedLong(number);
    }
}
