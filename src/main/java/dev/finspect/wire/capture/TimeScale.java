package dev.finspect.wire.capture;

/**
 * The time resolution and offset of an interface in a pcapng file (if_tsresol and if_tsoffset).
 *
 * @param resolution the option's byte: units are 10^-n seconds, or 2^-n if the highest bit is set
 * @param offsetSeconds to be added
 */
record TimeScale(int resolution, long offsetSeconds) {
    static final int MICROS = 6;
    static final int NANOS = 9;

    private static final int BINARY = 0x80;
    /** 10^19 fits into 64 unsigned bits. */
    private static final int LARGEST_POWER_OF_TEN = 19;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Nanoseconds since the Unix epoch, rounded down; clamped to the range of a long. */
    long nanos(long units) {
        long nanos = (resolution & BINARY) == 0 ? decimal(units, resolution) : binary(units, resolution & ~BINARY);
        if (offsetSeconds == 0) {
            return nanos;
        }
        return saturatedAdd(nanos, saturatedMultiply(offsetSeconds, NANOS_PER_SECOND));
    }

    private static long decimal(long units, int exponent) {
        if (exponent > NANOS) {
            int tooMany = exponent - NANOS;
            return tooMany > LARGEST_POWER_OF_TEN ? 0 : Long.divideUnsigned(units, powerOfTen(tooMany));
        }
        return units < 0 ? Long.MAX_VALUE : saturatedMultiply(units, powerOfTen(NANOS - exponent));
    }

    private static long binary(long units, int exponent) {
        long high = Math.multiplyHigh(units, NANOS_PER_SECOND) + (units < 0 ? NANOS_PER_SECOND : 0);
        long low = units * NANOS_PER_SECOND;
        if (exponent >= Long.SIZE) {
            return high >>> (exponent - Long.SIZE);
        }
        boolean fits = high >>> exponent == 0;
        long shifted = exponent == 0 ? low : (high << (Long.SIZE - exponent)) | (low >>> exponent);
        return fits && shifted >= 0 ? shifted : Long.MAX_VALUE;
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }

    private static long saturatedMultiply(long value, long positive) {
        long product = value * positive;
        boolean fits = Math.multiplyHigh(value, positive) == product >> (Long.SIZE - 1);
        return fits ? product : edge(value);
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? edge(a) : sum;
    }

    private static long edge(long signed) {
        return signed < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
