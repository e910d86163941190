package dev.finspect.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fact is its value and its source, shared with others or not. */
final class FactTest {
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1, 63, 64, Long.MAX_VALUE})
    void aNumberIsTheSameFromWhateverObjectItComes(long number) {
        assertThat(Fact.kernel(number)).isEqualTo(new Fact<>(number, Source.KERNEL));
        assertThat(Fact.socket(number)).isEqualTo(new Fact<>(number, Source.SOCKET));
        assertThat(Fact.inferred(number)).isEqualTo(new Fact<>(number, Source.INFERRED));
    }

    @Test
    void smallNumbersOfOneSourceAreOneObject() {
        assertThat(Fact.kernel(7L)).isSameAs(Fact.kernel(7L)).isNotEqualTo(Fact.socket(7L));
        assertThat(Fact.inferred(0L)).isSameAs(Fact.inferred(0L));
    }

    @Test
    void aYesOrNoOfTheKernelIsOneObject() {
        assertThat(Fact.kernel(true)).isSameAs(Fact.kernel(true)).isEqualTo(new Fact<>(true, Source.KERNEL));
        assertThat(Fact.kernel(false)).isEqualTo(new Fact<>(false, Source.KERNEL));
    }
}
