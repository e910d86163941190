package dev.finspect.cli.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.PrintStream;
import java.util.Locale;

/**
 * How messages of the program and its libraries (not session records) are shown: warnings and errors, one short line each,
 * on standard error. Found by logback as a service; a configuration file named by {@code -Dlogback.configurationFile}
 * takes its place. In code, so that no start has to parse XML.
 */
public final class ProgramMessages extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        Lines lines = new Lines(System.err);
        lines.setContext(context);
        lines.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(lines);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Writes one line for an event: the level, what it says, the error behind it in a few words, and who says it. */
    static final class Lines extends AppenderBase<ILoggingEvent> {
        private final PrintStream out;

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        protected void append(ILoggingEvent event) {
            String logger = event.getLoggerName();
            StringBuilder line = new StringBuilder(event.getLevel().toString().toLowerCase(Locale.ROOT));
            line.append(": ").append(event.getFormattedMessage());
            IThrowableProxy error = event.getThrowableProxy();
            if (error != null) {
                line.append(": ").append(error.getClassName());
                if (error.getMessage() != null) {
                    line.append(": ").append(error.getMessage());
                }
            }
            line.append(" (")
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(')');
            out.println(line.toString().replace('\n', ' ').replace('\r', ' '));
        }
    }
}
