package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Namespace;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The packaged finspect in front of one service, as a process. */
public final class ProxyProcess implements AutoCloseable {
    private final Background process;
    private final @Nullable Namespace namespace;
    private final Path recordsFile;
    private final Map<String, Integer> ports;

    private ProxyProcess(
            Background process, @Nullable Namespace namespace, Path recordsFile, Map<String, Integer> ports) {
        this.process = process;
        this.namespace = namespace;
        this.recordsFile = recordsFile;
        this.ports = ports;
    }

    /**
     * Starts it in front of the service at {@code upstreamPort} of the loopback, and waits until it listens; {@code more} are
     * arguments of run.
     */
    public static ProxyProcess start(LabFolder folder, String engine, int upstreamPort, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("--listen", "127.0.0.1:0", "--upstream", "127.0.0.1:" + upstreamPort, "--engine", engine));
        arguments.addAll(List.of(more));
        return start(folder, engine, null, arguments);
    }

    /** Starts it in a namespace, null for that of the test, with a configuration that names the engine and a route {@code default}. */
    public static ProxyProcess start(
            LabFolder folder, String engine, @Nullable Namespace namespace, String configuration) throws IOException {
        Path file = folder.file("finspect.yaml", configuration);
        return start(folder, engine, namespace, List.of("-c", file.toString()));
    }

    /** The same where the test is, with the log's lines in this detail: {@code compact} or {@code full}. */
    public static ProxyProcess detailed(LabFolder folder, String engine, String configuration, String detail)
            throws IOException {
        Path file = folder.file("finspect.yaml", configuration);
        return start(folder, engine, null, List.of("-c", file.toString(), "--log-detail", detail));
    }

    /** Starts it where the test is, with such a configuration. */
    static ProxyProcess configured(LabFolder folder, String engine, String configuration) throws IOException {
        Path file = folder.file("finspect.yaml", configuration);
        return start(folder, engine, null, List.of("-c", file.toString()));
    }

    private static ProxyProcess start(
            LabFolder folder, String engine, @Nullable Namespace namespace, List<String> arguments) throws IOException {
        Path portFile = folder.path("finspect.ports");
        Path recordsFile = folder.path("records.json");
        List<String> command =
                FinspectProgram.command(List.of("-Xms8m", "-Xmx64m", "-Dio.netty.leakDetection.level=paranoid"), "run");
        command.addAll(arguments);
        command.addAll(List.of("--admin", "127.0.0.1:0"));
        command.addAll(List.of("--log-format", "json", "--log-file", recordsFile.toString()));
        if (!arguments.contains("--log-detail")) {
            command.addAll(List.of("--log-detail", "full"));
        }
        command.addAll(List.of("--port-file", portFile.toString()));
        Background process =
                Background.start(folder.path("finspect.log"), namespace == null ? command : namespace.command(command));
        try {
            return started(process, engine, namespace, recordsFile, portFile);
        } catch (IOException | AssertionError e) {
            process.close();
            throw e;
        }
    }

    private static ProxyProcess started(
            Background process, String engine, @Nullable Namespace namespace, Path recordsFile, Path portFile)
            throws IOException {
        Await.until(() -> "finspect does not start\n" + process.output(), () -> {
            if (!process.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + process.output());
            }
            return Files.exists(portFile);
        });
        assertThat(process.output()).as("the data path").contains("(" + engine + ")");
        return new ProxyProcess(process, namespace, recordsFile, ports(portFile));
    }

    private static Map<String, Integer> ports(Path portFile) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        for (String line : Files.readAllLines(portFile)) {
            ports.put(line.substring(0, line.indexOf('=')), Integer.valueOf(line.substring(line.indexOf('=') + 1)));
        }
        return ports;
    }

    /** The process itself. */
    public Process process() {
        return process.process();
    }

    /** Where it listens. */
    public int port() {
        return port("default");
    }

    /** A page of its admin server. */
    public URI admin(String path) {
        return URI.create("http://127.0.0.1:" + port("@admin") + path);
    }

    private int port(String name) {
        return Objects.requireNonNull(ports.get(name), () -> name + " is not in the port file: " + ports);
    }

    /** Waits until it captures; fails when it reports that it cannot. */
    public ProxyProcess capturing() {
        Await.until(() -> "no capture\n" + output(), () -> {
            assertThat(output()).doesNotContain("not available", "cannot capture", "no packets are captured");
            return output().contains("capture: ");
        });
        return this;
    }

    /** Its output so far. */
    public String output() {
        return process.output();
    }

    /** The first line of its log with this text, once it is written. */
    String lineWith(String text) {
        Await.until(() -> "no line with " + text, () -> records().contains(text));
        return records().lines().filter(line -> line.contains(text)).findFirst().orElseThrow();
    }

    private String records() {
        try {
            return Files.readString(recordsFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has ended by itself, with the exit code 0. */
    void awaitEnd() {
        Await.until(
                () -> "finspect does not end\n" + output(),
                () -> !process.process().isAlive());
        assertThat(process.process().exitValue()).as(output()).isZero();
    }

    /** Its metrics now. */
    public Scrape metrics() {
        if (namespace == null) {
            return Scrape.of(admin("/metrics"));
        }
        try {
            return namespace.in(() -> Scrape.of(admin("/metrics")));
        } catch (Exception e) {
            throw new AssertionError("cannot read the metrics in " + namespace.name(), e);
        }
    }

    /**
     * Waits until no session lives, ends it by SIGTERM, and reads what it recorded. Fails when its exit code is not 0, when
     * a line violates the schema, or when its output contains an error.
     */
    public Records stop() throws IOException {
        Await.until(() -> "sessions live on, or their ends are not told\n" + metrics(), () -> {
            Scrape now = metrics();
            return now.sum("finspect_sessions_active") == 0
                    && now.sum("finspect_sessions_total") == now.sum("finspect_sessions_accepted_total");
        });
        Scrape last = metrics();
        assertThat(process.stop()).as(process.output()).isZero();
        assertThat(process.output()).doesNotContain("LEAK", "Exception", "ERROR");
        List<JsonNode> closed = new ArrayList<>();
        for (String line : Files.readAllLines(recordsFile)) {
            JsonNode record = RecordSchema.valid(line);
            if (record.at("/event").asText().equals("session.closed")) {
                closed.add(record);
            }
        }
        return new Records(closed, last);
    }

    @Override
    public void close() {
        process.close();
    }
}
