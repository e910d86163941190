package dev.finspect.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import org.junit.jupiter.api.Test;

/** The lines of the demo, as they reach a pipe. */
final class DemoLineTest {
    @Test
    void lineOfALivingSessionEndsWithAWord() {
        assertThat(new DemoLine(false).living(SampleSession.living("A", "web"))).matches(".*\\w$");
    }
}
