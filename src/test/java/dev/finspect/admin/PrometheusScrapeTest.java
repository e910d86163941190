package dev.finspect.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Await;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the admin server: Debian's 2.42, which refuses exemplars where they must not be. */
final class PrometheusScrapeTest {
    private static final Duration GUARD = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    @NeedsPrograms("prometheus")
    void prometheusTakesTheWholePageWithItsExemplars() throws Exception {
        String prometheus = Programs.path("prometheus");
        try (AdminHouse house = AdminHouse.open()) {
            int port = freePort();
            Process process = start(prometheus, house.port(), port);
            try {
                assertThat(ask(port, "query", "up{job=\"finspect\"} == 1")).contains("\"1\"");
                assertThat(ask(port, "query", "finspect_sessions_total{outcome=\"clean\",route=\"db\"}"))
                        .contains("\"1\"");
                assertThat(ask(port, "query", "histogram_quantile(0.5, finspect_session_duration_seconds_bucket)"))
                        .contains("\"route\":\"db\"");
                long now = System.currentTimeMillis() / 1000;
                assertThat(ask(
                                port,
                                "query_exemplars",
                                "finspect_session_duration_seconds_bucket&start=" + (now - 600) + "&end="
                                        + (now + 600)))
                        .contains("\"session_id\":\"01CLEAN\"");
            } finally {
                process.destroy();
                if (!process.waitFor(GUARD.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        }
    }

    private Process start(String prometheus, int adminPort, int port) throws IOException {
        Path config = directory.resolve("prometheus.yml");
        Files.writeString(config, """
                scrape_configs:
                  - job_name: finspect
                    scrape_interval: 1s
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                """.formatted(adminPort));
        return new ProcessBuilder(
                        prometheus,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--enable-feature=exemplar-storage")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
    }

    /** Asks until there is an answer with something in it. */
    private String ask(int port, String kind, String query) {
        int end = query.indexOf("&start=");
        String encoded = end < 0
                ? URLEncoder.encode(query, StandardCharsets.UTF_8)
                : URLEncoder.encode(query.substring(0, end), StandardCharsets.UTF_8) + query.substring(end);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/v1/" + kind + "?query=" + encoded))
                .timeout(GUARD)
                .build();
        String[] answer = {""};
        Await.until(() -> "Prometheus does not know of " + query + ": " + answer[0] + "\n" + log(), () -> {
            answer[0] = answer(request);
            return answer[0].contains("\"success\"")
                    && !answer[0].contains("\"result\":[]")
                    && !answer[0].contains("\"data\":[]");
        });
        return answer[0];
    }

    private String answer(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "no answer yet: " + e; // Prometheus is still starting.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("prometheus.log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, Loopback.IPV4)) {
            return socket.getLocalPort();
        }
    }
}
