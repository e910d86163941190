package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.BrowserLinkRequests;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints a link by which a browser can read a running finspect's sessions. */
@Command(
        name = "open",
        header = "Print a link that lets a browser read a running finspect.",
        description = {
            "",
            "The link can be used once, within 10 minutes. The browser then has a cookie for 12 hours, which permits"
                    + " reading and no changes; with --act, the page can close sessions too. A browser of root or of the user that runs finspect, on the same machine,"
                    + " needs none.",
            "",
            "Without --admin, prints one for every running finspect of this user."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {"  finspect open", "  finspect open --admin http://db-1.example:9600 --token-file token"})
final class OpenCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Option(names = "--act", description = "A link whose page can make changes too.")
    private boolean act;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    OpenCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        new BrowserLinkRequests(context, AdminEndpoint.find(server, context)).print(act);
        return ExitCode.OK.code();
    }
}
