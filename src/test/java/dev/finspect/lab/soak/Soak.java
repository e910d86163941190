package dev.finspect.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.HttpGet;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mixed traffic with bad endings for a long time, as root with the default capture and {@code --save-pcap}, while metrics and a
 * list of sessions are read each second. The profile {@code soak} runs it for {@code soak.minutes}; its figures go to
 * {@code target/soak.txt}.
 */
@Tag("privileged")
@NeedsPrograms(value = "ip", root = true)
final class Soak {
    private static final Duration LONG =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("soak.minutes", "30"))));
    private static final int PARTS = 3;
    /** Times more than before that still counts as constant; other work on the machine makes processor time dearer. */
    private static final double SAME_COST = 1.5;

    private static final double SAME_MEGABYTES = 24;
    private static final int SAME_DESCRIPTORS = 40;
    private static final int SAME_THREADS = 4;

    private final List<Gauge> gauges = new ArrayList<>();
    private long listed;
    private long scraped;
    private long busy;

    @Test
    void nothingIsLostAndNothingGrows() throws Exception {
        try (LabFolder folder = new LabFolder();
                SoakService service = new SoakService();
                Background finspect = start(folder, service.port())) {
            Map<String, Integer> ports = ports(folder);
            String started = finspect.output();
            SoakClients clients = new SoakClients(port(ports, "soak"), port(ports, "refused"));
            watch(finspect, clients, "http://127.0.0.1:" + port(ports, "@admin"));
            clients.stop();
            Await.until(() -> "sessions live on", () -> living(port(ports, "@admin")) == 0);
            int exit = finspect.stop();
            report(clients, folder);
            assertThat(exit).isZero();
            assertThat(clients.wrong()).isEmpty();
            assertThat(service.wrong()).isNull();
            assertThat(finspect.output().substring(started.length()))
                    .as("standard error while it ran")
                    .isEmpty();
            records(folder, clients);
            nothingGrows();
        }
    }

    private static Background start(LabFolder folder, int servicePort) throws IOException {
        int nobody = Background.freePort();
        Path configuration = folder.file("finspect.yaml", """
                log: {max_size: 8GiB}
                routes:
                  - {name: soak, listen: '127.0.0.1:0', upstream: '127.0.0.1:%d'}
                  - {name: refused, listen: '127.0.0.1:0', upstream: '127.0.0.1:%d'}
                """.formatted(servicePort, nobody));
        Path captures = Files.createDirectory(folder.path("captures"));
        List<String> command = new ArrayList<>(FinspectProgram.command(List.of("-Xmx160m"), "run"));
        command.addAll(List.of(
                "-c",
                configuration.toString(),
                "--admin",
                "127.0.0.1:0",
                "--log-format",
                "json",
                "--log-detail",
                "full"));
        command.addAll(List.of("--log-file", folder.path("records.json").toString()));
        command.addAll(List.of("--port-file", folder.path("ports").toString()));
        command.addAll(List.of("--save-pcap", captures.toString()));
        Background process = Background.start(folder.path("finspect.log"), command);
        Await.until(() -> "finspect does not capture\n" + process.output(), () -> {
            if (!process.process().isAlive()) {
                throw new AssertionError("finspect ended at once\n" + process.output());
            }
            return Files.exists(folder.path("ports")) && process.output().contains("capture: ");
        });
        return process;
    }

    private static Map<String, Integer> ports(LabFolder folder) throws IOException {
        Map<String, Integer> all = new TreeMap<>();
        for (String line : Files.readAllLines(folder.path("ports"))) {
            all.put(line.substring(0, line.indexOf('=')), Integer.valueOf(line.substring(line.indexOf('=') + 1)));
        }
        return all;
    }

    private static int port(Map<String, Integer> all, String name) {
        return java.util.Objects.requireNonNull(all.get(name), name);
    }

    /** Reads metrics, a list and what the process uses, once a second. */
    private void watch(Background finspect, SoakClients clients, String admin) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            scraped += answered(admin + "/metrics");
            listed += answered(admin + "/api/v1/sessions?limit=500");
            gauges.add(Gauge.of(finspect.process().pid(), clients.connections()));
            Thread.sleep(1000);
        }
    }

    private int answered(String page) throws IOException {
        int status = HttpGet.of(URI.create(page)).status();
        if (status == 503 || status == 429) {
            busy++;
            return 0;
        }
        assertThat(status).as(page).isEqualTo(200);
        return 1;
    }

    private static long living(int admin) {
        try {
            HttpGet answer =
                    HttpGet.of(URI.create("http://127.0.0.1:" + admin + "/api/v1/sessions?state=living&limit=1"));
            return answer.status() == 200
                    ? new com.fasterxml.jackson.databind.ObjectMapper()
                            .readTree(answer.body())
                            .at("/living_total")
                            .asLong()
                    : -1;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One record for each connection; what was sent in those that ended cleanly arrived, in finspect's count as well. */
    private static void records(LabFolder folder, SoakClients clients) throws IOException {
        long closed = 0;
        long sent = 0;
        long received = 0;
        try (Stream<String> lines = Files.lines(folder.path("records.json"))) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode record = RecordSchema.valid(line);
                if (!record.at("/event").asText().equals("session.closed")) {
                    continue;
                }
                closed++;
                long fromClient = record.at("/client/data/received_bytes").asLong();
                long fromUpstream = record.at("/upstream/data/received_bytes").asLong();
                if (record.at("/outcome").asText().equals("clean")) {
                    sent += fromClient;
                    received += fromUpstream;
                    assertThat(record.at("/upstream/data/sent_bytes").asLong()).isEqualTo(fromClient);
                    assertThat(record.at("/client/data/sent_bytes").asLong()).isEqualTo(fromUpstream);
                }
            }
        }
        assertThat(closed).as("records").isEqualTo(clients.connections());
        assertThat(sent).as("bytes of clients whose sessions ended cleanly").isEqualTo(clients.sentBytes());
        assertThat(received).as("bytes to them").isEqualTo(clients.receivedBytes());
    }

    /** The first part warms up; the last must cost what the one before it did. */
    private void nothingGrows() {
        List<Gauge> before = part(1);
        List<Gauge> last = part(PARTS - 1);
        assertThat(Gauge.millisAConnection(last))
                .as("processor time of a connection")
                .isLessThan(SAME_COST * Gauge.millisAConnection(before));
        assertThat(Gauge.median(last, Gauge::residentMegabytes))
                .as("resident memory, MB")
                .isLessThan(Gauge.median(before, Gauge::residentMegabytes) + SAME_MEGABYTES);
        assertThat(Gauge.median(last, Gauge::descriptors))
                .as("descriptors")
                .isLessThan(Gauge.median(before, Gauge::descriptors) + SAME_DESCRIPTORS);
        assertThat(Gauge.median(last, Gauge::threads))
                .as("threads")
                .isLessThanOrEqualTo(Gauge.median(before, Gauge::threads) + SAME_THREADS);
    }

    private List<Gauge> part(int number) {
        return gauges.subList(gauges.size() * number / PARTS, gauges.size() * (number + 1) / PARTS);
    }

    private void report(SoakClients clients, LabFolder folder) throws IOException {
        StringBuilder text = new StringBuilder(LONG + ", " + clients + "; " + clients.bad() + " ended badly\n");
        text.append(scraped + " scrapes and " + listed + " lists answered, " + busy + " refused as too many; ");
        try (Stream<Path> saved = Files.list(folder.path("captures"))) {
            text.append(saved.count()).append(" captures saved\n");
        }
        for (int i = 0; i < PARTS; i++) {
            List<Gauge> part = part(i);
            text.append(
                    "part %d: %.2f ms of processor time a connection, %.0f MB resident, %.0f descriptors, %.0f threads\n"
                            .formatted(
                                    i + 1,
                                    Gauge.millisAConnection(part),
                                    Gauge.median(part, Gauge::residentMegabytes),
                                    Gauge.median(part, Gauge::descriptors),
                                    Gauge.median(part, Gauge::threads)));
        }
        System.out.println(text);
        Files.writeString(Path.of("target", "soak.txt"), text);
    }
}
