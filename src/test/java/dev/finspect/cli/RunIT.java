package dev.finspect.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.Children;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.Program;
import dev.finspect.lab.Scrape;
import dev.finspect.lab.Signals;
import dev.finspect.log.LineSchema;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finspect run} as a process: the packaged jar, real sockets, real signals. */
final class RunIT {
    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private final List<ServerSocket> services = new ArrayList<>();

    @BeforeEach
    void ownRuntimeDirectory() throws IOException {
        Files.createDirectory(directory.resolve("runtime"));
    }

    @AfterEach
    void end() throws IOException {
        processes.forEach(Process::destroyForcibly);
        for (ServerSocket service : services) {
            service.close();
        }
    }

    @Test
    void sessionsAreRelayedRecordedAndMeteredUntilSigterm() throws Exception {
        int upstream = echoAfterFin();
        // Another process of this machine may have the usual port, which is worth a warning.
        Process run = start(
                "--admin",
                "127.0.0.1:0",
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                "127.0.0.1:" + upstream,
                "--name",
                "db");
        Ports ports = ports(run);
        for (int i = 1; i <= 3; i++) {
            assertThat(exchange(ports.of("db"), "x".repeat(i * 1000))).isEqualTo("x".repeat(i * 1000));
        }

        Scrape metrics = metricsAfter(ports, 3);
        assertThat(metrics.sum("finspect_sessions_accepted_total", "route=\"db\""))
                .isEqualTo(3);
        Await.until(
                () -> "it does not tell its version\n" + metrics(ports),
                () -> metrics(ports).sum("finspect_build_info", "version=\"0.1.0\"") == 1);
        // Root asks all finspects of the machine, of which others may be about to end.
        String admin = "127.0.0.1:" + ports.of("@admin");
        assertThat(finspect("healthcheck").run().text()).contains(admin + "/readyz: 200 ready");
        assertThat(finspect("healthcheck", "--admin", admin).succeed().text()).contains("200 ready");
        assertThat(instanceFiles()).hasSize(1);

        run.destroy();
        assertThat(exit(run)).isZero();
        List<JsonNode> records = records();
        assertThat(records).hasSize(3).allSatisfy(r -> {
            assertThat(r.at("/event").asText()).isEqualTo("session.closed");
            assertThat(r.at("/route").asText()).isEqualTo("db");
            assertThat(r.at("/outcome").asText()).isEqualTo("clean");
        });
        assertThat(records.stream()
                        .map(r -> r.at("/client/received_bytes").asInt())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(1000, 2000, 3000);
        assertThat(instanceFiles()).isEmpty();
        assertThat(errors())
                .contains(
                        "route db: listening on 127.0.0.1:" + ports.of("db") + " -> 127.0.0.1:" + upstream + " (epoll)")
                .contains("admin: http://127.0.0.1:" + ports.of("@admin"))
                .doesNotContain("warn", "Exception", "LEAK");
    }

    @Test
    void aSecondFinspectIsRefusedThePortOfTheFirst() throws Exception {
        Process run = start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + echoAfterFin());
        int port = ports(run).of("default");
        Program.Ran second = finspect("run", "--listen", "127.0.0.1:" + port, "--upstream", "127.0.0.1:1")
                .run();
        assertThat(second.exit()).isEqualTo(4);
        assertThat(second.text()).isEmpty();
        assertThat(second.errors())
                .isEqualTo("finspect: cannot listen on 127.0.0.1:" + port
                        + " for route 'default': the port is in use by" + " another finspect (process " + run.pid()
                        + "). Stop that process, or choose another port.\n");
        assertThat(exchange(port, "still there")).isEqualTo("still there");
    }

    @Test
    void livingSessionsAreWaitedForAndTheSecondSignalResetsThem() throws Exception {
        Process run = start("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + echoAfterFin());
        Ports ports = ports(run);
        String first = Signals.ignored(run, SIGINT) ? "TERM" : "INT";
        boolean hangUpIsHeard = !Signals.ignored(run, SIGHUP);
        try (Socket client = connect(ports.of("default"))) {
            client.getOutputStream().write("before".getBytes(StandardCharsets.US_ASCII));
            Await.until(() -> "the session is not alive", () -> metrics(ports).sum("finspect_sessions_active") == 1);
            Signals.send(run, "HUP");
            Signals.send(run, first);
            Await.until(() -> "it does not drain", () -> readiness(ports) == 503);
            assertThatThrownBy(() -> connect(ports.of("default")).close()).isInstanceOf(IOException.class);
            assertThat(run.isAlive()).isTrue();

            Signals.send(run, "TERM");
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        assertThat(exit(run)).isZero();
        assertThat(records()).singleElement().satisfies(r -> {
            assertThat(r.at("/outcome").asText()).isEqualTo("proxy");
            assertThat(r.at("/proxy_reason").asText()).isEqualTo("shutdown");
            assertThat(r.at("/client/received_bytes").asInt()).isEqualTo("before".length());
        });
        assertThat(errors()).contains("SIG" + first + ": waiting at most 30 s for 1", "SIGTERM: resetting 1");
        assertThat(errors().contains("SIGHUP: reading the configuration again")).isEqualTo(hangUpIsHeard);
    }

    @Test
    void aNameWithoutAnAddressIsWarnedOfAndServedOnBySessionsThatSaySo() throws Exception {
        Process run = start("--listen", "127.0.0.1:0", "--upstream", "nowhere.invalid:1", "--admin", "off");
        Ports ports = ports(run);
        assertThat(ports.byName()).doesNotContainKey("@admin");
        Await.until(() -> "no warning", () -> errors().contains("does not resolve"));
        assertThat(errors()).contains("warning: --upstream: the name 'nowhere.invalid' does not resolve. Check its");
        try (Socket client = connect(ports.of("default"))) {
            assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        }
        run.destroy();
        assertThat(exit(run)).isZero();
        assertThat(records())
                .singleElement()
                .satisfies(r -> assertThat(r.at("/error/type").asText()).isEqualTo("unresolvable"));
    }

    @Test
    void aFileWithSeveralRoutesRunsAndTheLogGoesToAFile() throws Exception {
        int upstream = echoAfterFin();
        Path config = Files.writeString(
                directory.resolve("c.yaml"), """
                admin: {listen: 127.0.0.1:0}
                log: {format: text, file: %s}
                routes:
                - {name: a, listen: ['127.0.0.1:0', '127.0.0.2:0'], upstream: '127.0.0.1:%d'}
                - {name: b, listen: '127.0.0.1:0', upstream: ['127.0.0.1:1', 'localhost:%d']}
                """.formatted(directory.resolve("sessions.log"), upstream, upstream));
        Process run = start("-c", config.toString());
        Ports ports = ports(run);
        assertThat(exchange(ports.of("a"), "one")).isEqualTo("one");
        assertThat(exchange(ports.of("b"), "two")).isEqualTo("two");
        run.destroy();
        assertThat(exit(run)).isZero();
        assertThat(directory.resolve("out")).isEmptyFile();
        assertThat(Files.readAllLines(directory.resolve("sessions.log"))).hasSize(2);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = command("run");
        command.addAll(List.of(arguments));
        command.addAll(List.of("--port-file", directory.resolve("ports").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment()
                .put("XDG_RUNTIME_DIR", directory.resolve("runtime").toString());
        Process process = Children.start(builder);
        processes.add(process);
        return process;
    }

    private static List<String> command(String... arguments) {
        return FinspectProgram.command(List.of("-Xmx64m"), arguments);
    }

    private Program finspect(String... arguments) {
        return Program.of(command(arguments))
                .with("XDG_RUNTIME_DIR", directory.resolve("runtime").toString());
    }

    /** The port file; of several listeners of a route, the first. */
    private record Ports(Map<String, Integer> byName) {
        int of(String name) {
            return Objects.requireNonNull(byName.get(name), name);
        }
    }

    /** What the port file says once it is there. */
    private Ports ports(Process run) throws IOException {
        Path file = directory.resolve("ports");
        Await.until(() -> "it does not start\n" + errors(), () -> {
            assertThat(run.isAlive()).as(errors()).isTrue();
            return Files.exists(file);
        });
        return new Ports(Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(l -> l[0], l -> Integer.valueOf(l[1]), (first, later) -> first)));
    }

    /** A service that answers, after the client's FIN, what it was sent. */
    private int echoAfterFin() throws IOException {
        ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        services.add(service);
        Thread thread = new Thread(() -> {
            while (!service.isClosed()) {
                try (Socket client = service.accept()) {
                    client.getOutputStream().write(client.getInputStream().readAllBytes());
                } catch (IOException e) {
                    // The test is over, or the client was reset.
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return service.getLocalPort();
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static String exchange(int port, String question) throws IOException {
        try (Socket client = connect(port)) {
            client.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Scrape metrics(Ports ports) {
        return Scrape.of(URI.create("http://127.0.0.1:" + ports.of("@admin") + "/metrics"));
    }

    /** The metrics once this many sessions are over; a client is done before its session is. */
    private static Scrape metricsAfter(Ports ports, long sessions) {
        Await.until(
                () -> "sessions are not over\n" + metrics(ports),
                () -> metrics(ports).sum("finspect_sessions_total") == sessions);
        return metrics(ports);
    }

    private static int readiness(Ports ports) {
        try {
            HttpURLConnection request =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + ports.of("@admin") + "/readyz")
                            .toURL()
                            .openConnection();
            int status = request.getResponseCode();
            try (InputStream body = status < 400 ? request.getInputStream() : request.getErrorStream()) {
                body.readAllBytes();
            }
            return status;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int exit(Process process) throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private List<JsonNode> records() throws IOException {
        return Files.readAllLines(directory.resolve("out")).stream()
                .map(LineSchema::valid)
                .toList();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("err"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Path> instanceFiles() throws IOException {
        Path runtime = directory.resolve("runtime/finspect");
        try (var files = Files.list(runtime)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }
}
