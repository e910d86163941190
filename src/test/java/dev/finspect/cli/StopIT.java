package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.Signals;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals to a running finspect: what they do to sessions, to clients that wait, and to the log. */
final class StopIT {
    private static final int CLIENTS = 8;
    private static final int MOST_REFUSED = 3;
    private static final int PATIENCE_MILLIS = 100_000;

    @TempDir
    private Path directory;

    /** Every client that is connected is served, and has a record; those that come later are refused. */
    @Test
    void aStopUnderLoadResetsNoConnectedClient() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket service = echo(threads);
                Run run = start(service, "--capture", "off")) {
            int port = run.port("default");
            AtomicInteger done = new AtomicInteger();
            List<Future<Integer>> served = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                served.add(threads.submit(untilRefused(port, done)));
            }
            Await.until(() -> "no load\n" + run.said(), () -> done.get() > CLIENTS * 10);
            int exit = run.sigterm().exit();

            assertThat(exit).as(run.said()).isZero();
            int sum = 0;
            for (Future<Integer> each : served) {
                sum += each.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
            assertThat(records("log"))
                    .hasSize(sum)
                    .allSatisfy(
                            record -> assertThat(record.at("/outcome").asText()).isEqualTo("clean"));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Connects, asks and gets an answer, until nobody listens any more; a reset fails it. */
    private static Callable<Integer> untilRefused(int port, AtomicInteger done) {
        return () -> {
            int served = 0;
            int refused = 0;
            while (refused < MOST_REFUSED) {
                try (Socket client = new Socket()) {
                    try {
                        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                    } catch (IOException e) {
                        refused++;
                        continue;
                    }
                    client.setSoTimeout(PATIENCE_MILLIS);
                    client.getOutputStream().write(7);
                    assertThat(client.getInputStream().read()).isEqualTo(7);
                    served++;
                    done.incrementAndGet();
                }
            }
            return served;
        };
    }

    /** A rotation script moves the file and sends SIGUSR1; the other signals change nothing, and none ends the process. */
    @Test
    void signalsOfScriptsReopenTheLogOrAreIgnoredAlsoWhileItDrains() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket service = echo(threads);
                Run run = start(service)) {
            int port = run.port("default");
            exchange(port);
            Await.until(() -> "no record", () -> records("log").size() == 1);
            try (Socket living = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Files.move(directory.resolve("log"), directory.resolve("log.before"));
                Signals.send(run.process(), "USR1");
                Await.until(
                        () -> "the log is not there again\n" + run.said(),
                        () -> Files.exists(directory.resolve("log")));
                Signals.send(run.process(), "USR2");
                Signals.send(run.process(), "HUP");
                Await.until(
                        () -> "no line of USR2\n" + run.said(), () -> run.said().contains("SIGUSR2 ignored"));
                exchange(port);
                // What is written after the file has moved is in the new one.
                Await.until(() -> "no second record", () -> records("log").size() == 1);

                run.sigterm();
                Await.until(
                        () -> "it does not drain\n" + run.said(),
                        () -> run.said().contains("SIGTERM: waiting"));
                Files.move(directory.resolve("log"), directory.resolve("log.between"));
                Signals.send(run.process(), "USR2");
                Signals.send(run.process(), "USR1");
                Await.until(
                        () -> "no log while it drains\n" + run.said(), () -> Files.exists(directory.resolve("log")));
                assertThat(run.process().isAlive()).as(run.said()).isTrue();
                living.getOutputStream().write(7);
                assertThat(living.getInputStream().read()).isEqualTo(7);
            }
            assertThat(run.exit()).as(run.said()).isZero();
            assertThat(records("log.before")).hasSize(1);
            assertThat(records("log.between")).hasSize(1);
            assertThat(records("log")).hasSize(1);
            assertThat(run.said().lines().filter(line -> line.startsWith("SIGUSR2 ignored")))
                    .hasSize(2);
            assertThat(run.said().lines().filter(line -> line.startsWith("SIGUSR1: reopening")))
                    .hasSize(2);
            assertThat(directory.resolve("ports")).doesNotExist();
        } finally {
            threads.shutdownNow();
        }
    }

    /** A load balancer that asks /readyz stops sending clients before the listeners close. */
    @Test
    void notReadyComesFirstAndClientsAreStillTakenForTheDelay() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket service = echo(threads)) {
            Path config = Files.writeString(
                    directory.resolve("finspect.yaml"),
                    "drain_delay: 1h\nlog: {file: '" + directory.resolve("log") + "', format: json, detail: full}\n"
                            + "routes:\n- {name: default, listen: '127.0.0.1:0', upstream: '127.0.0.1:"
                            + service.getLocalPort() + "'}\n");
            try (Run run = Run.in(directory).start("-c", config.toString())) {
                int port = run.port("default");
                run.sigterm();
                Await.until(() -> "it is ready\n" + run.said(), () -> ready(run) == 503);
                exchange(port);
                exchange(port);
                assertThat(run.said()).contains("SIGTERM: not ready any more; takes new clients for another");

                assertThat(run.sigterm().exit()).as(run.said()).isZero();
                assertThat(records("log")).hasSize(2);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Run start(ServerSocket service, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                "127.0.0.1:" + service.getLocalPort(),
                "--log-format",
                "json",
                "--log-detail",
                "full"));
        arguments.addAll(List.of("--log-file", directory.resolve("log").toString()));
        arguments.addAll(List.of(more));
        return Run.in(directory).start(arguments.toArray(String[]::new));
    }

    private List<JsonNode> records(String file) {
        try {
            String text = Files.readString(directory.resolve(file));
            // What comes after the last end of a line is being written.
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(RecordSchema::valid)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int ready(Run run) {
        try {
            HttpURLConnection request =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + run.port("@admin") + "/readyz")
                            .toURL()
                            .openConnection();
            return request.getResponseCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void exchange(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(7);
            assertThat(client.getInputStream().read()).isEqualTo(7);
        }
    }

    private static ServerSocket echo(ExecutorService threads) throws IOException {
        ServerSocket service = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        threads.execute(() -> {
            while (!service.isClosed()) {
                try {
                    Socket client = service.accept();
                    threads.execute(() -> {
                        try (client) {
                            client.getInputStream().transferTo(client.getOutputStream());
                        } catch (IOException e) {
                            // The test sees what the client gets.
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        return service;
    }
}
