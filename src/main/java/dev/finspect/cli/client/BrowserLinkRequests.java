package dev.finspect.cli.client;

import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks each running finspect for a one-time link for a browser, and prints it. */
public final class BrowserLinkRequests {
    private static final Pattern LINK = Pattern.compile("\"link\":\"(/[^\"]+)\"");

    private final ProcessContext context;
    private final List<AdminEndpoint> servers;

    public BrowserLinkRequests(ProcessContext context, List<AdminEndpoint> servers) {
        this.context = context;
        this.servers = servers;
    }

    /** Prints a line for each finspect; {@code act} for links that permit changes. */
    public void print(boolean act) throws CommandFailure {
        for (AdminEndpoint server : servers) {
            AdminAnswer answer = AdminAnswer.of(server, "POST", "/api/v1/links" + (act ? "?act=true" : ""));
            Matcher link = LINK.matcher(answer.body());
            if (!answer.ok()) {
                throw answer.refused();
            }
            if (!link.find()) {
                throw new CommandFailure(ExitCode.RUNTIME, server.base() + " answers without a link.");
            }
            context.out().println(server.base() + link.group(1));
        }
        context.out().flush();
    }
}
