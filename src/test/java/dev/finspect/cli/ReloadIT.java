package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.Await;
import dev.finspect.lab.EchoService;
import dev.finspect.lab.Signals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another configuration for a process that runs, under load. {@code -Preload} does it with 5,000 sessions. */
final class ReloadIT {
    private static final int SESSIONS = Integer.getInteger("reload.sessions", 150);
    private static final int RELOADS = 100;
    private static final int CLIENTS = 4;
    private static final int PATIENCE_MILLIS = 100_000;
    private static final int MOST_DESCRIPTORS = 20_000;
    private static final int HANGUP = 1;

    @TempDir
    private Path directory;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * Two files in turn: a route that stays with other settings each time, one that comes and goes, one whose address grows
     * and shrinks, other limits. Clients connect all the time.
     */
    @Test
    void aHundredReloadsLoseNoSessionAndRefuseNoClient() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Socket> sessions = new ArrayList<>();
        try (EchoService service = new EchoService();
                Run run = start(service)) {
            int port = run.port("default");
            for (int i = 0; i < SESSIONS; i++) {
                sessions.add(new Socket(InetAddress.getLoopbackAddress(), i % 4 == 0 ? run.port("moved") : port));
                exchange(sessions.get(i));
            }
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger served = new AtomicInteger();
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(untilOver(port, over, served)));
            }
            long[] nanos = new long[RELOADS];
            for (int i = 0; i < RELOADS; i++) {
                configure(service, run, i % 2 == 0);
                long begun = System.nanoTime();
                assertThat(reload(run)).as(run.said()).contains("\"result\":\"applied\"");
                nanos[i] = System.nanoTime() - begun;
                int before = served.get();
                Await.until(() -> "nobody is served\n" + run.said(), () -> served.get() > before);
            }
            over.set(true);
            int connections = 0;
            for (Future<Integer> client : clients) {
                connections += client.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            for (Socket session : sessions) {
                exchange(session);
            }
            Arrays.sort(nanos);
            Files.writeString(
                    Path.of("target", "reload.txt"),
                    String.format(
                            Locale.ROOT,
                            "%d reloads under %d sessions: median %.1f ms, longest %.1f ms; %d connections, none refused%n",
                            RELOADS,
                            SESSIONS,
                            nanos[RELOADS / 2] / 1e6,
                            nanos[RELOADS - 1] / 1e6,
                            connections));
            close(sessions);
            assertThat(run.sigterm().exit()).as(run.said()).isZero();
            assertThat(LoggedEnd.of(directory.resolve("log")))
                    .hasSize(SESSIONS + connections)
                    // One of the two files has a close policy of its own.
                    .allMatch(
                            end -> end.outcome().equals("clean") || end.reason().equals("close_policy_full_close"));
        } finally {
            close(sessions);
            threads.shutdownNow();
        }
    }

    /** An error is reported with its place, to who asked and on standard error; and everything goes on as before. */
    @Test
    void aBadFileLeavesTheOldOneServing() throws Exception {
        try (EchoService service = new EchoService();
                Run run = start(service);
                Socket living = new Socket(InetAddress.getLoopbackAddress(), run.port("default"))) {
            exchange(living);
            Path file = directory.resolve("finspect.yaml");
            Files.writeString(file, "routes:\n- name: default\n  listne: ':1'\n");
            assertThat(reload(run))
                    .contains("\"result\":\"invalid\"", "finspect.yaml:3:3", "listne", "Nothing has changed");
            if (!Signals.ignored(run.process(), HANGUP)) {
                Signals.send(run.process(), "HUP");
                Await.until(
                        () -> "no second report\n" + run.said(),
                        () -> run.said().split("finspect.yaml:3:3", -1).length > 2);
            }
            Files.writeString(file, "engine: nio\ncapture: {ring: 16MiB}\n" + text(service, "", ""));
            assertThat(reload(run))
                    .contains("\"result\":\"refused\"", "engine cannot change", "capture.ring cannot change");
            exchange(living);
            try (Socket young = new Socket(InetAddress.getLoopbackAddress(), run.port("default"))) {
                exchange(young);
            }
            assertThat(metric(run, "finspect_config_reloads_total{result=\"refused\""))
                    .endsWith("1.0");
        }
    }

    /** What scripts read follows the listeners. */
    @Test
    void aRemovedRoutesSessionsLiveOnAndAnAddedOneServesAndIsInThePortFile() throws Exception {
        try (EchoService service = new EchoService();
                Run run = start(service);
                Socket living = new Socket(InetAddress.getLoopbackAddress(), run.port("default"))) {
            exchange(living);
            Files.writeString(
                    directory.resolve("finspect.yaml"), text(service, "", "").replace("name: default", "name: other"));
            assertThat(reload(run)).contains("route other added", "route default removed");
            try (Socket young = new Socket(InetAddress.getLoopbackAddress(), run.port("other"))) {
                exchange(young);
            }
            exchange(living);
            assertThat(metric(run, "finspect_sessions_active{route=\"default\""))
                    .endsWith("1.0");
            assertThat(reload(run)).contains("\"result\":\"unchanged\"");
        }
    }

    private Run start(EchoService service) throws IOException {
        Files.writeString(
                directory.resolve("finspect.yaml"),
                text(
                        service,
                        "",
                        "- {name: moved, listen: '127.0.0.1:0', upstream: '127.0.0.1:" + service.port() + "'}\n"));
        return Run.in(directory)
                .descriptors(MOST_DESCRIPTORS)
                .start("-c", directory.resolve("finspect.yaml").toString());
    }

    private void configure(EchoService service, Run run, boolean first) throws IOException {
        String upstream = "upstream: '127.0.0.1:" + service.port() + "'";
        String moved = first
                ? "- {name: moved, listen: '127.0.0.1:" + run.port("moved") + "', " + upstream + "}\n"
                : "- {name: moved, listen: '0.0.0.0:" + run.port("moved") + "', " + upstream + "}\n"
                        + "- {name: fleeting, listen: '127.0.0.1:0', " + upstream + "}\n";
        String more = first ? "timeouts: {idle: 10m}, " : "close_policy: full_close, capture: headers, ";
        Files.writeString(
                directory.resolve("finspect.yaml"),
                "limits: {sessions: " + (first ? 8_000 : 9_000) + "}\n" + text(service, more, moved));
    }

    private String text(EchoService service, String more, String routes) throws IOException {
        return "log: {file: '" + directory.resolve("log") + "', format: json, detail: full, max_size: 4GiB}\n"
                + "routes:\n- {name: default, listen: '127.0.0.1:0', " + more + "upstream: '127.0.0.1:"
                + service.port() + "'}\n" + routes;
    }

    /** Connects, asks and gets an answer, again and again; whatever else comes fails it. */
    private static Callable<Integer> untilOver(int port, AtomicBoolean over, AtomicInteger served) {
        return () -> {
            int count = 0;
            while (!over.get()) {
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    exchange(client);
                    count++;
                    served.incrementAndGet();
                }
            }
            return count;
        };
    }

    private static void exchange(Socket client) throws IOException {
        client.setSoTimeout(PATIENCE_MILLIS);
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private String reload(Run run) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(admin(run, "/api/v1/reload"))
                                .header("Authorization", "Bearer " + token())
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String metric(Run run, String name) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(admin(run, "/metrics?format=text"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private static URI admin(Run run, String path) throws IOException {
        return URI.create("http://127.0.0.1:" + run.port("@admin") + path);
    }

    private String token() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.resolve("finspect"), "*.json")) {
            return new ObjectMapper()
                    .readTree(files.iterator().next().toFile())
                    .path("token")
                    .asText();
        }
    }
}
