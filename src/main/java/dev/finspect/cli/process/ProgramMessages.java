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
 * The logback configuration for messages of the program and its libraries (not session records): warnings and errors, one
 * line each, on standard error. Logback loads it as a service; {@code -Dlogback.configurationFile} overrides it. It is
 * code, so that a start does not parse XML.
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

    /** Writes one line for an event: level, message, cause and logger. */
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
