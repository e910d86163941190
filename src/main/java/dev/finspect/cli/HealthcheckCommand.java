package dev.finspect.cli;

import dev.finspect.cli.client.AdminEndpoint;
import dev.finspect.cli.config.Scalars;
import dev.finspect.cli.process.ExitCode;
import dev.finspect.cli.process.ProcessContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks whether a running finspect accepts connections. */
@Command(
        name = "healthcheck",
        header = "Check whether a running finspect accepts connections; exit code 0 or 1.",
        description = {
            "",
            "Without --admin, checks every running finspect of this user; if there is none, 127.0.0.1:9600.",
            "FINSPECT_ADMIN_LISTEN sets the address, as it does for 'run'."
        },
        synopsisHeading = "%nUsage: ",
        footerHeading = "%nExamples:%n",
        footer = {"  finspect healthcheck", "  finspect healthcheck --admin http://127.0.0.1:9601"})
final class HealthcheckCommand implements Callable<Integer> {
    /** So that the connection's own timeouts expire first. */
    private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ProcessContext context;

    @Mixin
    private final AdminEndpoint.Options server = new AdminEndpoint.Options();

    @Option(names = "--timeout", paramLabel = "TIME", description = "How long to wait for an answer (default: 3s).")
    private String timeout = "3s";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    HealthcheckCommand(ProcessContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Duration within = Durations.option("--timeout", timeout, Duration.ofMillis(100), Duration.ofHours(1), spec);
        return (allReady(AdminEndpoint.find(server, context), within) ? ExitCode.OK : ExitCode.RUNTIME).code();
    }

    /** Asks all servers in parallel, so that several dead ones take no longer than one. */
    private boolean allReady(List<AdminEndpoint> servers, Duration within) throws InterruptedException {
        AtomicBoolean ready = new AtomicBoolean(true);
        List<Thread> questions = new ArrayList<>();
        for (AdminEndpoint server : servers) {
            Thread question =
                    new Thread(() -> ready.compareAndSet(true, isReady(server, within)), "finspect-healthcheck");
            question.setDaemon(true);
            question.start();
            questions.add(question);
        }
        long dueNanos = System.nanoTime() + within.toNanos() + MARGIN_NANOS;
        boolean all = true;
        for (int i = 0; i < questions.size(); i++) {
            questions.get(i).join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(dueNanos - System.nanoTime())));
            if (questions.get(i).isAlive()) {
                all = false;
                context.err()
                        .println("finspect: " + readyz(servers.get(i)) + " did not answer completely within "
                                + Scalars.shown(within));
            }
        }
        return all && ready.get();
    }

    private static URI readyz(AdminEndpoint server) {
        return server.base().resolve("/readyz");
    }

    private boolean isReady(AdminEndpoint asked, Duration within) {
        URI readyz = readyz(asked);
        try {
            HttpURLConnection request = (HttpURLConnection) readyz.toURL().openConnection(Proxy.NO_PROXY);
            if (asked.token() != null) {
                request.setRequestProperty("Authorization", "Bearer " + asked.token());
            }
            request.setConnectTimeout((int) within.toMillis());
            request.setReadTimeout((int) within.toMillis());
            int status = request.getResponseCode();
            try (InputStream body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
                String text = body == null ? "" : new String(body.readNBytes(200), StandardCharsets.UTF_8).strip();
                context.out().println(readyz + ": " + status + (text.isEmpty() ? "" : " " + text));
            }
            return status == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            context.err()
                    .println("finspect: no answer from " + readyz + ": " + e.getMessage()
                            + ". Check that finspect is running with this admin address.");
            return false;
        }
    }
}
