package dev.finspect.tcp;

/** Sequence number arithmetic modulo 2^32 (RFC 9293 section 3.4). A number is an unsigned {@code int}. */
public final class SequenceNumber {
    private SequenceNumber() {}

    /** How far {@code later} is after {@code earlier}; negative if it is before. Exact within 2^31. */
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

    /** The number as an unsigned value, 0 to 2^32 - 1. */
    public static long unsigned(int number) {
        return Integer.toUnsignedLong(number);
    }
}
