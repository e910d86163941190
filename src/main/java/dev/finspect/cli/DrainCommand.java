package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.SessionActs;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends a running finspect as SIGTERM does. */
@Command(
        name = "drain",
        header = "End a running finspect once its sessions have ended.",
        description = {
            "",
            "It does what SIGTERM does: finspect takes no new clients, waits for the open sessions, and ends. What is"
                    + " left after --patience is reset, and recorded as finspect's own doing."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  finspect drain", "  finspect drain --patience 5m --admin 127.0.0.1:9600"})
final class DrainCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            description = "How long open sessions may go on (as configured, 30s).")
    private @Nullable String patience;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    DrainCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        Long seconds = seconds();
        context.out().println(new SessionActs(AdminEndpoint.find(server, context)).drain(seconds));
        return ExitCode.OK.code();
    }

    private @Nullable Long seconds() {
        String text = patience;
        if (text == null) {
            return null;
        }
        return Durations.option("--patience", text, Duration.ZERO, Duration.ofHours(24), spec)
                .toSeconds();
    }
}
