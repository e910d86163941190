package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EpochNanosTest {
    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "2026-11-22T17:55:01.544131231Z, 1795370101544131231",
        "1969-12-31T23:59:59.999999999Z, -1"
    })
    void everyNanosecondCounts(Instant moment, long nanos) {
        assertThat(EpochNanos.of(moment)).isEqualTo(nanos);
    }
}
