package dev.finspect.lab.healthy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.HttpGet;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import dev.finspect.lab.net.Hosts;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A packaged finspect before all venues of a place, with a tenth of the standard thresholds. */
final class WatchedFinspect implements AutoCloseable {
    private static final int TENTH = 10;
    private static final int TOO_BUSY = 503;

    private final LabFolder folder = new LabFolder();
    private final Hosts hosts;
    private final Mode mode;
    private final Path records;
    private final Path portFile;
    private final Background process;

    /** With which rights it runs, and what it captures. */
    enum Mode {
        /** As root, captured as by default. */
        LIFECYCLE("lifecycle", true),
        /** As root, all headers captured. */
        HEADERS("headers", true),
        /** As an ordinary user without any capability, and nothing captured. */
        OFF("off", false);

        private final String capture;
        private final boolean root;

        Mode(String capture, boolean root) {
            this.capture = capture;
            this.root = root;
        }
    }

    WatchedFinspect(Mode mode, Hosts hosts, List<Venue> venues) throws IOException {
        this.mode = mode;
        this.hosts = hosts;
        Path own = folder.ownDirectory("own");
        records = own.resolve("records.json");
        portFile = own.resolve("ports");
        process = Background.start(folder.path("finspect.log"), command(venues, own));
        Await.until(() -> "finspect does not start\n" + process.output(), () -> {
            if (!process.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + process.output());
            }
            return Files.exists(portFile);
        });
        if (mode.root) {
            Await.until(
                    () -> "no capture\n" + process.output(),
                    () -> process.output().contains("capture: " + mode.capture));
        }
    }

    private List<String> command(List<Venue> venues, Path own) throws IOException {
        List<String> command = new ArrayList<>();
        if (!mode.root) {
            command.addAll(
                    List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        }
        command.addAll(
                FinspectProgram.command(List.of("-Xmx160m", "-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), "run"));
        command.addAll(List.of(
                "-c", folder.file("finspect.yaml", configuration(venues)).toString()));
        command.addAll(List.of("--admin", "127.0.0.1:0", "--log-format", "json", "--port-file", portFile.toString()));
        command.addAll(List.of(
                "--log-detail",
                "full",
                "--log-file",
                own.resolve("records.json").toString()));
        return hosts.middle().command(command);
    }

    private String configuration(List<Venue> venues) {
        StringBuilder yaml = new StringBuilder("capture: {mode: " + mode.capture + "}\nlog: {max_size: 1024MiB}\n");
        yaml.append("diagnosis: {").append(thresholds()).append("}\nroutes:\n");
        for (Venue venue : venues) {
            yaml.append("  - name: ").append(venue.name);
            yaml.append("\n    listen: '").append(venue.doorAndPort());
            yaml.append("'\n    upstream: '")
                    .append(venue.serverAddress())
                    .append(':')
                    .append(venue.serverPort());
            yaml.append("'\n");
        }
        return yaml.toString();
    }

    private static String thresholds() {
        Thresholds all = Thresholds.STANDARD;
        return String.join(
                ", ",
                tenth("connect", all.connect()),
                tenth("accept", all.accept()),
                tenth("silence", all.silence()),
                tenth("unread", all.unread()),
                tenth("nobody_speaks", all.nobodySpeaks()),
                tenth("zero_window", all.zeroWindow()),
                tenth("unacknowledged", all.unacknowledged()),
                tenth("vanished", all.vanished()),
                tenth("not_closing", all.notClosing()),
                tenth("fin_unacknowledged", all.finUnacknowledged()),
                tenth("idle_before_reset", all.idleBeforeReset()));
    }

    private static String tenth(String name, Duration standard) {
        return name + ": " + standard.toMillis() / TENTH + "ms";
    }

    /** Records of those living sessions that have a finding with blame now; null where it is too busy to list them. */
    @Nullable
    List<JsonNode> hung() throws Exception {
        HttpGet answer = answer("/api/v1/sessions?hung=true&limit=1000");
        if (answer.status() == TOO_BUSY) {
            return null;
        }
        List<JsonNode> all = new ArrayList<>();
        read(answer).at("/living").forEach(all::add);
        return all;
    }

    /** How many sessions live. */
    long living() throws Exception {
        return read(answer("/api/v1/sessions?state=living&limit=1"))
                .at("/living_total")
                .asLong();
    }

    private HttpGet answer(String path) throws Exception {
        return hosts.middle().in(() -> HttpGet.of(URI.create("http://127.0.0.1:" + adminPort() + path)));
    }

    private static JsonNode read(HttpGet answer) throws IOException {
        if (answer.status() != 200) {
            throw new AssertionError("the answer is " + answer.status() + "\n" + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    private String adminPort() throws IOException {
        return Files.readAllLines(portFile).stream()
                .filter(line -> line.startsWith("@admin="))
                .map(line -> line.substring("@admin=".length()))
                .findFirst()
                .orElseThrow();
    }

    /** The processor time that it has used. */
    Duration processorTime() {
        return process.process().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Its resident memory, kilobytes. */
    long residentKilobytes() throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", String.valueOf(process.process().pid()), "status"))
                .stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }

    /** Ends it, and gives each line of its log to {@code reader}. It must have had no trouble of its own. */
    void end(Consumer<JsonNode> reader) throws IOException {
        int exit = process.stop();
        String said = process.output();
        if (exit != 0
                || said.contains("Exception")
                || said.contains("ERROR")
                || said.contains("could not be examined")) {
            throw new AssertionError("finspect had trouble, exit code " + exit + "\n" + said);
        }
        try (Stream<String> lines = Files.lines(records)) {
            lines.map(RecordSchema::valid).forEach(reader);
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
