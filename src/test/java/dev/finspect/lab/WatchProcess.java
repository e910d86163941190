package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Namespace;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A watch in a namespace, with short thresholds. */
final class WatchProcess implements AutoCloseable {
    private final Namespace namespace;
    private final Background process;
    private final Path records;
    private final Path ports;

    private WatchProcess(Namespace namespace, Background process, Path records, Path ports) {
        this.namespace = namespace;
        this.process = process;
        this.records = records;
        this.ports = ports;
    }

    /** Returns when it captures. */
    static WatchProcess start(LabFolder folder, Namespace namespace, String... arguments) throws IOException {
        return start(List.of(), folder, namespace, arguments);
    }

    /** The same behind a command that changes its rights. */
    static WatchProcess start(List<String> rights, LabFolder folder, Namespace namespace, String... arguments)
            throws IOException {
        Path own = folder.ownDirectory("own");
        Path records = own.resolve("records.json");
        Path ports = own.resolve("ports");
        Path configuration = folder.file("watch.yaml", "diagnosis: {silence: 1s, nobody_speaks: 30s}\n");
        List<String> command = new ArrayList<>(List.of("watch", "-c", configuration.toString()));
        command.addAll(List.of("--admin", "127.0.0.1:0", "-o", "json", "--log-detail", "full"));
        command.addAll(List.of("--log-file", records.toString(), "--port-file", ports.toString()));
        command.addAll(List.of(arguments));
        List<String> all = new ArrayList<>(rights);
        all.addAll(FinspectProgram.command(
                List.of("-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), command.toArray(String[]::new)));
        Background process = Background.start(folder.path("watch.log"), namespace.command(all));
        Await.until(() -> "it does not start\n" + process.output(), () -> {
            if (!process.process().isAlive()) {
                throw new AssertionError("it ended at once\n" + process.output());
            }
            return Files.exists(ports);
        });
        return new WatchProcess(namespace, process, records, ports);
    }

    String output() {
        return process.output();
    }

    /** The first line of this event, when it comes. */
    JsonNode line(String event) {
        return line(event, line -> true);
    }

    /** The first of which this is true as well. */
    JsonNode line(String event, Predicate<JsonNode> wanted) {
        List<JsonNode> found = new ArrayList<>();
        Await.until(() -> "no " + event + "\n" + output() + written(), () -> {
            found.clear();
            found.addAll(lines(event).stream().filter(wanted).toList());
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** All lines of this event so far. */
    List<JsonNode> lines(String event) {
        return records().stream()
                .filter(each -> each.at("/event").asText().equals(event))
                .toList();
    }

    /** All lines so far. */
    List<JsonNode> records() {
        return written().lines().map(RecordSchema::valid).toList();
    }

    /** All lines, once it has ended. */
    List<JsonNode> stopped() {
        close();
        return records();
    }

    private String written() {
        try {
            String text = Files.exists(records) ? Files.readString(records) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The address and port of its admin server. */
    private String admin() {
        try {
            return Files.readString(ports).strip().replace("@admin=", "127.0.0.1:");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What its admin server has at this path, which must exist. */
    byte[] get(String path) throws Exception {
        URL page = new URL("http://" + admin() + path);
        return namespace.in(() -> {
            URLConnection connection = page.openConnection();
            // One that is kept would be found again by its address, which is another's in another namespace.
            connection.setRequestProperty("Connection", "close");
            try (InputStream body = connection.getInputStream()) {
                return body.readAllBytes();
            }
        });
    }

    /** What a command says that asks it. */
    String ask(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--admin", admin()));
        return Program.of(namespace.command(FinspectProgram.command(all.toArray(String[]::new))))
                .succeed()
                .text();
    }

    @Override
    public void close() {
        if (process.process().isAlive()) {
            assertThat(process.stop()).as(output()).isZero();
        }
    }
}
