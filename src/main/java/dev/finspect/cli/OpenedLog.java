package dev.finspect.cli;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.Colors;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import dev.finspect.cli.run.HostName;
import dev.finspect.cli.run.LogRules;
import dev.finspect.log.LogSettings;
import dev.finspect.log.RecordLog;
import dev.finspect.tcp.HumanUnits;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** The session log of a command that runs on: opened as configured, and complete at its end. */
final class OpenedLog {
    private OpenedLog() {}

    /** Opens the session log of this configuration, for a command that writes records. */
    static RecordLog of(Config config, CommandSpec spec, ProcessContext context) throws CommandFailure {
        Config.Log log = config.log();
        boolean terminal = log.file().isEmpty() && context.outIsTerminal();
        Config.Log.Format chosen = log.format().orElse(terminal ? Config.Log.Format.TEXT : Config.Log.Format.JSON);
        LogSettings.Format format = switch (chosen) {
            case JSON, NDJSON ->
                log.lines().detail() == Config.Log.Detail.FULL ? LogSettings.Format.JSON : LogSettings.Format.COMPACT;
            case TEXT -> LogSettings.Format.TEXT;
            case TABLE -> LogSettings.Format.TABLE;
        };
        try {
            LogSettings settings = log.file().isPresent()
                    ? LogSettings.file(format, log.file().get(), log.maxBytes(), log.keep())
                            .withMode(log.mode())
                    : LogSettings.standardOutput(format, Colors.wanted(spec, context))
                            .withColumns(context.columns());
            String instance = log.lines().instance().orElseGet(HostName::get);
            RecordLog open = RecordLog.open(settings.withInstance(instance));
            open.follow(LogRules.of(log.lines()));
            return open;
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() + ".");
        }
    }

    /** Fails where records were lost, once the command has ended otherwise as it should. */
    static void requireAllWritten(long lost, Config config) throws CommandFailure {
        if (lost > 0) {
            throw new CommandFailure(
                    ExitCode.RUNTIME,
                    HumanUnits.count(lost, "record") + " could not be written to "
                            + config.log().file().map(Path::toString).orElse("standard output")
                            + ". Check for a full disk, or whether its reader has stopped.");
        }
    }
}
