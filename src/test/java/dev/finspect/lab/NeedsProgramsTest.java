package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NeedsProgramsTest {
    private static final Optional<AnnotatedElement> IMPOSSIBLE = Optional.of(Impossible.class);
    private static final Optional<AnnotatedElement> POSSIBLE = Optional.of(Possible.class);

    @NeedsPrograms({"sh", "no-program-has-this-name"})
    private interface Impossible {}

    @NeedsPrograms("sh")
    private interface Possible {}

    @Test
    void aMissingProgramSkipsTheTestAndIsNamed() {
        assertThat(NeedsProgramsExtension.judge(IMPOSSIBLE, false)).satisfies(result -> {
            assertThat(result.isDisabled()).isTrue();
            assertThat(result.getReason()).contains("this machine lacks no-program-has-this-name");
        });
    }

    @Test
    void whereNothingMayBeSkippedItFails() {
        assertThat(NeedsProgramsExtension.judge(IMPOSSIBLE, true).isDisabled()).isFalse();
        assertThatThrownBy(() -> NeedsProgramsExtension.demand(IMPOSSIBLE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no-program-has-this-name");
    }

    @Test
    void whatIsThereRuns() {
        assertThat(NeedsProgramsExtension.judge(POSSIBLE, false).isDisabled()).isFalse();
        assertThatCode(() -> NeedsProgramsExtension.demand(POSSIBLE)).doesNotThrowAnyException();
    }
}
