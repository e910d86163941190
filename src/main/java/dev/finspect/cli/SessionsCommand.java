package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.client.SessionActs;
import dev.finspect.cli.client.SessionListing;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.process.ProcessContext;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the open sessions of a running finspect, or follows them. */
@Command(
        name = "sessions",
        header = "List the open sessions of a running finspect, or follow them.",
        description = {
            "",
            "Those that hang come first, the longest first, each with its cause. FILTER is the language of finspect read"
                    + " --filter: terms such as port:5432, route:db, hung, idle>30s, finding:upstream-silent,"
                    + " blame:upstream.",
            "",
            "--follow prints a line for each change of a session: opened, connected, first_bytes, half_closed, hung,"
                    + " recovered, closed; also of a finspect that takes the place of the one before at the same address."
        },
        synopsisHeading = "%nUsage: ",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  finspect sessions",
            "  finspect sessions --follow hung",
            "  finspect sessions -o ndjson 'route:db idle>30s' | jq -r .id"
        })
final class SessionsCommand implements Callable<Integer> {
    private final ProcessContext context;

    @Parameters(paramLabel = "FILTER", arity = "0..*", description = "Only sessions of which all this holds.")
    private List<String> filter = List.of();

    @Option(names = "--follow", description = "Go on, and print each change.")
    private boolean follow;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most so many sessions (default: 1000).")
    private int limit = 1_000;

    @Option(
            names = {"-o", "--output"},
            paramLabel = OutputFormat.LABEL,
            description = "text (default) or table, which are the same here; json, ndjson.")
    private OutputFormat output = OutputFormat.TEXT;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    SessionsCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        List<AdminEndpoint> servers = AdminEndpoint.find(server, context);
        SessionListing listing = new SessionListing(context.out(), text(), output, context.columns());
        if (follow) {
            listing.follow(SessionActs.one(servers));
        } else {
            listing.list(servers, limit);
        }
        return ExitCode.OK.code();
    }

    private @Nullable String text() {
        return filter.isEmpty() ? null : String.join(" ", filter);
    }
}
