package dev.finspect.log.line;

/**
 * Writes nanoseconds as decimal seconds with exactly nine digits after the point: {@code 1.234567890}. Every nanosecond
 * is kept, unlike in a binary double. Pure, without allocation.
 */
public final class DecimalSeconds {
    /** Maximum length of a value: sign, ten digits, point, nine digits. */
    public static final int MAX_LENGTH = 21;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** The two digits of each number below one hundred, concatenated. */
    private static final byte[] PAIRS = pairs();

    private DecimalSeconds() {}

    /** Writes a number below 10^9 with leading zeros. */
    static void nineDigits(int number, byte[] out, int at) {
        int rest = number;
        for (int i = at + 7; i > at; i -= 2) {
            int hundredth = rest / 100;
            int pair = (rest - hundredth * 100) * 2;
            out[i] = PAIRS[pair];
            out[i + 1] = PAIRS[pair + 1];
            rest = hundredth;
        }
        out[at] = (byte) ('0' + rest);
    }

    private static byte[] pairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }

    /** Writes into the end of {@code out}; returns the index at which the text begins. */
    public static int writeBackwards(long nanos, byte[] out) {
        int at = out.length;
        // The remainder has the sign of the dividend, and its absolute value always fits, also for Long.MIN_VALUE.
        int fraction = (int) Math.abs(nanos % NANOS_PER_SECOND);
        at -= 9;
        nineDigits(fraction, out, at);
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
