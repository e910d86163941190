package dev.finspect.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Time stamps of pcapng in all resolutions. */
final class TimeScaleTest {
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);

    @ParameterizedTest(name = "{0}, offset {1}: {2} is {3} ns")
    @CsvSource({
        "6, 0, 1700000000123456, 1700000000123456000",
        "9, 0, 1700000000123456789, 1700000000123456789",
        "3, 0, 1700000000123, 1700000000123000000",
        "0, 0, 1700000000, 1700000000000000000",
        "9, 1700000000, 5, 1700000000000000005",
        "9, -1, 5, -999999995",
        "12, 0, 1999, 1",
        "127, 0, -1, 0",
        "0x80, 0, 3, 3000000000",
        "0x81, 0, 3, 1500000000",
        "0xa0, 0, 0x80000000, 500000000",
        "0xff, 0, -1, 0",
        "9, 0, -1, 9223372036854775807",
        "0, 0, 9223372037, 9223372036854775807",
        "9, 9223372036854775807, 5, 9223372036854775807",
        "9, -9223372036854775808, 5, -9223372036854775803",
        "9, 9000000000, 9000000000000000000, 9223372036854775807",
        "0x80, 0, 9223372037, 9223372036854775807"
    })
    void unitsBecomeNanoseconds(String resolution, long offset, String units, long nanos) {
        assertThat(new TimeScale(Integer.decode(resolution), offset).nanos(Long.decode(units)))
                .isEqualTo(nanos);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void everyResolutionIsExactAsFarAsALongGoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            int resolution = random.nextInt(256);
            long units = random.nextLong() >>> random.nextInt(64);
            long offset = random.nextInt(3) == 0 ? random.nextLong() >> random.nextInt(64) : 0;
            assertThat(new TimeScale(resolution, offset).nanos(units))
                    .as("%d at %d + %d", units, resolution, offset)
                    .isEqualTo(exactly(resolution, offset, units));
        }
    }

    /** Each step clamped to the range of a long, as in the scale. */
    private static long exactly(int resolution, long offset, long units) {
        BigInteger perSecond = resolution < 128 ? BigInteger.TEN.pow(resolution) : BigInteger.TWO.pow(resolution - 128);
        BigInteger nanos =
                new BigInteger(Long.toUnsignedString(units)).multiply(NANOS).divide(perSecond);
        BigInteger shift = clamp(BigInteger.valueOf(offset).multiply(NANOS));
        return clamp(clamp(nanos).add(shift)).longValueExact();
    }

    private static BigInteger clamp(BigInteger value) {
        return value.min(BigInteger.valueOf(Long.MAX_VALUE)).max(BigInteger.valueOf(Long.MIN_VALUE));
    }
}
