package dev.finspect.cli.intercept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A command is judged by its exit status, whatever became of its input. */
final class CommandRunnerTest {
    /** More than a pipe takes, so that writing it fails for certain when nobody reads. */
    private static final String LONG_INPUT = "x".repeat(1 << 20);

    @Test
    void oneThatReadsItsInputIsHeard() {
        CommandRunner.Answer answer = CommandRunner.ask(shell("tr a-z A-Z", "rules"));
        assertThat(answer).isEqualTo(new CommandRunner.Answer(true, "RULES"));
    }

    @Test
    void oneThatEndsWellWithoutReadingHasWorked() {
        assertThat(CommandRunner.ask(shell("exit 0", LONG_INPUT)).worked()).isTrue();
    }

    @Test
    void oneThatFailsWithoutReadingSaysItself() {
        CommandRunner.Answer answer = CommandRunner.ask(shell("echo 'Error: no such thing'; exit 1", LONG_INPUT));
        assertThat(answer).isEqualTo(new CommandRunner.Answer(false, "Error: no such thing"));
    }

    @Test
    void oneThatFailsSilentlyIsSaidToHaveReadNothing() {
        CommandRunner.Answer answer = CommandRunner.ask(shell("exit 1", LONG_INPUT));
        assertThat(answer.worked()).isFalse();
        assertThat(answer.said()).startsWith("it did not read its input (");
    }

    @Test
    void oneThatIsNotThereIsToBeInstalled() {
        CommandRunner.Answer answer =
                CommandRunner.ask(new SystemCommand("", List.of("no-such-program"), "", false, false));
        assertThat(answer.worked()).isFalse();
        assertThat(answer.said()).startsWith("no-such-program cannot be run (");
    }

    private static SystemCommand shell(String script, String input) {
        return new SystemCommand("", List.of("sh", "-c", script), input, false, false);
    }
}
