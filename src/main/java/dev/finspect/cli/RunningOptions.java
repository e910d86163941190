package dev.finspect.cli;

import dev.finspect.cli.config.ConfigSource;
import dev.finspect.cli.process.OutputFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that write records until a signal ends them. */
final class RunningOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            completionCandidates = OptionWords.Formats.class,
            description = "Records as text (on a terminal), table or json (--log-detail=full).")
    private @Nullable String output;

    @Option(
            names = "--log-detail",
            paramLabel = "DETAIL",
            hidden = true,
            description = "What a JSON line has: compact, or full with every field (compact).")
    private @Nullable String logDetail;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Write records to this file (standard output).")
    private @Nullable String logFile;

    @Option(
            names = "--instances",
            paramLabel = "DIR",
            hidden = true,
            description = "Write the instance file there, where no command looks for it.")
    private @Nullable Path instances;

    /** Puts what was given in place of the keys of the configuration. */
    ConfigSource over(ConfigSource source) {
        return source.flag("--output", "log.format", output)
                .flag("--log-detail", "log.detail", logDetail)
                .flag("--log-file", "log.file", logFile);
    }

    /** Whether the format of the records was given. */
    boolean hasFormat() {
        return output != null;
    }

    /** The directory of the instance file; null for that in which commands look for it. */
    @Nullable
    Path instances() {
        return instances;
    }
}
