package dev.finspect.lab.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.HttpGet;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Programs;
import dev.finspect.lab.PrometheusQuery;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code finspect demo} and a {@link Troubled} one, in a namespace of their own, and the Prometheus that scrapes both. */
final class Watched implements AutoCloseable {
    private static final int PROMETHEUS = 9090;
    private static final int DEMO_ADMIN = 9600;

    private final LabFolder folder;
    private final Namespace namespace;
    private final Background demo;
    private final Troubled troubled;
    private final Background prometheus;

    Watched() throws Exception {
        folder = new LabFolder();
        namespace = Namespace.make("dashboards");
        demo = Background.start(
                        folder.path("demo.log"), namespace.command(FinspectProgram.command("demo", "--seconds", "600")))
                .listeningOn(DEMO_ADMIN);
        troubled = new Troubled(folder, namespace);
        prometheus = Background.start(
                        folder.path("prometheus.log"),
                        namespace.command(List.of(
                                Programs.path("prometheus"),
                                "--config.file=" + configuration(),
                                "--enable-feature=exemplar-storage",
                                "--web.listen-address=127.0.0.1:" + PROMETHEUS,
                                "--storage.tsdb.path=" + folder.path("data"))))
                .listeningOn(PROMETHEUS);
    }

    private Path configuration() throws IOException {
        return folder.file(
                "prometheus.yml",
                String.join(
                        "\n",
                        "global: {scrape_interval: 1s, evaluation_interval: 1s}",
                        "rule_files:",
                        "  - " + Rules.ALERTS.toAbsolutePath(),
                        "  - " + Rules.RECORDING.toAbsolutePath(),
                        "scrape_configs:",
                        "  - job_name: finspect",
                        "    static_configs:",
                        "      - targets: ['127.0.0.1:" + DEMO_ADMIN + "', '127.0.0.1:" + Troubled.ADMIN + "']",
                        ""));
    }

    Troubled troubled() {
        return troubled;
    }

    /** Whether Prometheus has a number for this. */
    boolean shows(String expression) {
        for (JsonNode sample : inside(() -> PrometheusQuery.samples(PROMETHEUS, expression))) {
            if (!sample.at("/value/1").asText().equals("NaN")) {
                return true;
            }
        }
        return false;
    }

    /** What Prometheus has for this of so long a time until then (Unix time), every two seconds. */
    JsonNode range(String expression, Duration lasting, long endSeconds) {
        return ask(
                        PROMETHEUS,
                        "/api/v1/query_range?step=2&start=" + (endSeconds - lasting.toSeconds()) + "&end=" + endSeconds
                                + "&query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .at("/data/result");
    }

    /** All exemplars of these series so far. */
    JsonNode exemplars(String series) {
        return ask(PROMETHEUS, "/api/v1/query_exemplars?start=0&end=4102444800&query=" + series)
                .at("/data");
    }

    /** What the demo's finspect says of a session. */
    JsonNode session(String id) {
        return ask(DEMO_ADMIN, "/api/v1/sessions/" + id);
    }

    /** What all of them have said, for a test that fails. */
    String said() {
        return prometheus.output() + troubled.said();
    }

    private JsonNode ask(int port, String path) {
        return inside(() -> new ObjectMapper()
                .readTree(HttpGet.of(URI.create("http://127.0.0.1:" + port + path))
                        .body()));
    }

    private <T> T inside(Callable<T> question) {
        try {
            return namespace.in(question);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        try (folder;
                namespace;
                demo;
                troubled) {
            prometheus.close();
        }
    }
}
