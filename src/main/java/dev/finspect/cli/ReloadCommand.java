package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.ReloadRequests;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has a running finspect read its configuration again. */
@Command(
        name = "reload",
        header = "Have a running finspect read its configuration again.",
        description = {
            "",
            "Prints what has changed. Listeners that stay are not closed, and open sessions go on as they began. If the"
                    + " file has an error, or needs a restart, nothing changes; the exit code is then 3.",
            "",
            "SIGHUP does the same, and reports on the standard error of finspect run."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect check -c config/finspect.yaml && finspect reload",
            "  finspect reload --admin 127.0.0.1:9600"
        })
final class ReloadCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    ReloadCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        new ReloadRequests(context, AdminEndpoint.find(server, context)).send();
        return ExitCode.OK.code();
    }
}
