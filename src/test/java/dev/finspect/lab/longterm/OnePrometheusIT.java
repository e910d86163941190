package dev.finspect.lab.longterm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.Await;
import dev.finspect.lab.Background;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import dev.finspect.lab.PrometheusQuery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two finspects, each behind its nginx, and one Prometheus. */
@NeedsPrograms({"nginx", "prometheus"})
final class OnePrometheusIT {
    private static final Duration GUARD = Duration.ofSeconds(60);

    @Test
    void prometheusTellsWhichInstanceHasASessionThatHangs() throws Exception {
        int onePort = Background.freePort();
        int twoPort = Background.freePort();
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Instance well = new Instance();
                Instance ill = new Instance();
                Background one = nginx(folder, "one", well, onePort);
                Background two = nginx(folder, "two", ill, twoPort);
                Instance.Session hanging = ill.hang();
                Background prometheus = prometheus(folder, onePort, twoPort, port)) {
            assertThat(hanging).isNotNull();
            well.serveWell();
            JsonNode hung = ask(
                    prometheus,
                    port,
                    "sum by (job, instance, route, finding, blame) (finspect_sessions_hung{blame!=\"nobody\"}) > 0");
            assertThat(hung).singleElement().satisfies(sample -> {
                assertThat(sample.at("/metric/instance").asText()).isEqualTo("127.0.0.1:" + twoPort);
                assertThat(sample.at("/metric/blame").asText()).isEqualTo("upstream");
            });
            assertThat(ask(prometheus, port, "count(up{job=\"finspect\"} == 1) == 2"))
                    .hasSize(1);
            assertThat(one.process().isAlive() && two.process().isAlive()).isTrue();
        }
    }

    @Test
    void nothingButMetricsAndReadinessIsShownToOthers() throws Exception {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Instance well = new Instance();
                Background nginx = nginx(folder, "one", well, port)) {
            assertThat(status(port, "GET", "/metrics")).isEqualTo(200);
            assertThat(status(port, "GET", "/readyz")).isEqualTo(200);
            assertThat(status(port, "GET", "/api/v1/sessions")).isEqualTo(404);
            assertThat(status(port, "POST", "/metrics")).isEqualTo(405);
            assertThat(nginx.process().isAlive()).isTrue();
        }
    }

    /** Whoever else asks is turned away; the loopback is somebody else, where the example names an address of its own. */
    @Test
    void othersThanPrometheusAreTurnedAway() throws Exception {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Instance well = new Instance();
                Background nginx = nginx(folder, "one", port, example(well, port))) {
            assertThat(status(port, "GET", "/metrics")).isEqualTo(403);
            assertThat(nginx.process().isAlive()).isTrue();
        }
    }

    private static Background nginx(LabFolder folder, String name, Instance instance, int port) throws IOException {
        return nginx(folder, name, port, example(instance, port).with("192.0.2.10", "127.0.0.1"));
    }

    private static Example example(Instance instance, int port) throws IOException {
        return Example.of("nginx.conf")
                .with("listen 9601", "listen 127.0.0.1:" + port)
                .with("127.0.0.1:9600", instance.admin());
    }

    private static Background nginx(LabFolder folder, String name, int port, Example example) throws IOException {
        Path own = Files.createDirectory(folder.path(name));
        StringBuilder main =
                new StringBuilder("daemon off;\npid pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n");
        for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            main.append(kind).append("_temp_path ").append(kind).append(";\n");
        }
        Path file = Files.writeString(own.resolve("nginx.conf"), main + example.toString() + "}\n");
        return Background.start(
                        folder.path(name + ".log"),
                        List.of(Programs.path("nginx"), "-p", own.toString(), "-e", "stderr", "-c", file.toString()))
                .listeningOn(port);
    }

    private static Background prometheus(LabFolder folder, int onePort, int twoPort, int port) throws IOException {
        Example example = Example.of("prometheus.yml")
                .with("db-1.example:9601", "127.0.0.1:" + onePort)
                .with("db-2.example:9601", "127.0.0.1:" + twoPort)
                .with("scrape_interval: 15s", "scrape_interval: 1s");
        Files.createSymbolicLink(
                folder.path("rules"), Path.of("grafana", "rules").toAbsolutePath());
        return Background.start(
                folder.path("prometheus.log"),
                List.of(
                        Programs.path("prometheus"),
                        "--config.file=" + folder.file("prometheus.yml", example.toString()),
                        "--storage.tsdb.path=" + folder.path("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--enable-feature=exemplar-storage"));
    }

    /** The samples that Prometheus answers with, once there are some. */
    private static JsonNode ask(Background prometheus, int port, String query) {
        JsonNode[] answer = new JsonNode[1];
        Await.until(() -> "Prometheus knows nothing of " + query + "\n" + prometheus.output(), () -> {
            answer[0] = PrometheusQuery.samples(port, query);
            return !answer[0].isEmpty();
        });
        return answer[0];
    }

    private static int status(int port, String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(GUARD)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
