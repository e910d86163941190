package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.SessionActs;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Closes a session of a running finspect. */
@Command(
        name = "close",
        header = "Close a session of a running finspect.",
        description = {
            "",
            "Both peers are sent a FIN, behind all that finspect has handed to the kernel; a second later at most their"
                    + " connections are closed. With --reset both are sent an RST at once. The record of the session"
                    + " says that an operator ended it."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  finspect close 01K8ZQ4T9B0000000001", "  finspect close --reset 01K8ZQ4T9B0000000001"})
final class SessionCloseCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Parameters(paramLabel = "ID", description = "The session's ID, or a beginning that no other has.")
    private String id = "";

    @Option(names = "--reset", description = "Reset both connections.")
    private boolean reset;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    SessionCloseCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        context.out().println(new SessionActs(AdminEndpoint.find(server, context)).close(id, reset));
        return ExitCode.OK.code();
    }
}
