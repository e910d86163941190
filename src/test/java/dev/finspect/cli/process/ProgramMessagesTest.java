package dev.finspect.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How the program's own messages look on standard error. */
final class ProgramMessagesTest {
    @Test
    void messagesOfTheProgramAreOneLineOfWarningAndNoLess() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ch.qos.logback.classic.Logger logger =
                (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("dev.finspect.Somebody");
        ProgramMessages.Lines lines = new ProgramMessages.Lines(new PrintStream(shown, true, StandardCharsets.UTF_8));
        lines.setContext(logger.getLoggerContext());
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        logger.info("not shown");
        logger.warn("two\nlines {}", 1, new IllegalStateException("why"));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .isEqualTo("warn: two lines 1: java.lang.IllegalStateException: why (Somebody)\n");
    }
}
