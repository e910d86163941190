package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A command is judged by its exit status, whatever became of its input. */
final class CommandsTest {
    /** More than a pipe takes, so that writing it fails for certain when nobody reads. */
    private static final String LONG_INPUT = "x".repeat(1 << 20);

    @Test
    void oneThatReadsItsInputIsHeard() {
        Commands.Answer answer = Commands.ask(shell("tr a-z A-Z", "rules"));
        assertThat(answer).isEqualTo(new Commands.Answer(true, "RULES"));
    }

    @Test
    void oneThatEndsWellWithoutReadingHasWorked() {
        assertThat(Commands.ask(shell("exit 0", LONG_INPUT)).worked()).isTrue();
    }

    @Test
    void oneThatFailsWithoutReadingSaysItself() {
        Commands.Answer answer = Commands.ask(shell("echo 'Error: no such thing'; exit 1", LONG_INPUT));
        assertThat(answer).isEqualTo(new Commands.Answer(false, "Error: no such thing"));
    }

    @Test
    void oneThatFailsSilentlyIsSaidToHaveReadNothing() {
        Commands.Answer answer = Commands.ask(shell("exit 1", LONG_INPUT));
        assertThat(answer.worked()).isFalse();
        assertThat(answer.said()).startsWith("it did not read its input (");
    }

    @Test
    void oneThatIsNotThereIsToBeInstalled() {
        Commands.Answer answer = Commands.ask(new Line("", List.of("no-such-program"), "", false, false));
        assertThat(answer.worked()).isFalse();
        assertThat(answer.said()).startsWith("no-such-program cannot be run (");
    }

    private static Line shell(String script, String input) {
        return new Line("", List.of("sh", "-c", script), input, false, false);
    }
}
