package dev.finspect.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class RecordingErrorsTest {
    @Test
    void eachIsCountedAndAPowerOfTwoIsWorthALine() {
        RecordingErrors errors = new RecordingErrors();
        assertThat(LongStream.range(0, 20).map(i -> errors.another()).filter(said -> said > 0))
                .containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThat(errors.count()).isEqualTo(20);
    }
}
