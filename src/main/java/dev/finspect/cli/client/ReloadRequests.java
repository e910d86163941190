package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.stream.Collectors;

/** Has one running finspect read its configuration again, and prints what came of it. */
public final class ReloadRequests {
    /** The configuration has errors: Unprocessable Content, RFC 9110 section 15.5.21. */
    private static final int INVALID = 422;

    private final ProcessContext context;
    private final List<AdminEndpoint> servers;

    public ReloadRequests(ProcessContext context, List<AdminEndpoint> servers) {
        this.context = context;
        this.servers = servers;
    }

    /** Asks; where several run, none of them. */
    public void send() throws CommandFailure {
        if (servers.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "several finspects run. Name the one that is to reload: --admin "
                            + servers.stream()
                                    .map(server -> server.base().getAuthority())
                                    .collect(Collectors.joining(" or --admin "))
                            + ".");
        }
        AdminAnswer answer = AdminAnswer.of(servers.get(0), "POST", "/api/v1/reload?format=text");
        if (answer.status() == INVALID || answer.status() == HttpURLConnection.HTTP_CONFLICT) {
            throw new CommandFailure(ExitCode.CONFIGURATION, answer.body().strip());
        }
        if (!answer.ok()) {
            throw answer.refused();
        }
        context.out().print(answer.body());
        context.out().flush();
    }
}
