package dev.finspect.log;

/**
 * Writes nanoseconds as decimal seconds with exactly nine digits after the point: {@code 1.234567890}. Every nanosecond
 * is kept, which a binary double would not do. Pure, without allocation.
 */
final class DecimalSeconds {
    /** The most bytes a value can take: sign, ten digits, point, nine digits. */
    static final int MAX_LENGTH = 21;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private DecimalSeconds() {}

    /** Writes into {@code out} so that the text ends just before its end, and returns where it begins. */
    static int writeBackwards(long nanos, byte[] out) {
        int at = out.length;
        // The remainder has the sign of the dividend, and its absolute value always fits, also for Long.MIN_VALUE.
        int fraction = (int) Math.abs(nanos % NANOS_PER_SECOND);
        for (int i = 0; i < 9; i++) {
            int tenth = fraction / 10;
            out[--at] = (byte) ('0' + fraction - tenth * 10);
            fraction = tenth;
        }
        out[--at] = '.';
        long seconds = Math.abs(nanos / NANOS_PER_SECOND);
        do {
            long tenth = seconds / 10;
            out[--at] = (byte) ('0' + seconds - tenth * 10);
            seconds = tenth;
        } while (seconds != 0);
        if (nanos < 0) {
            out[--at] = '-';
        }
        return at;
    }
}
