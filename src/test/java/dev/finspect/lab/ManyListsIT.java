package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many lists at once of many sessions, with a heap of 64 MB. Whole records of all these sessions for all these lists would take
 * ten times that, and rows as much.
 */
final class ManyListsIT {
    private static final int SESSIONS = 1_000;
    private static final int LISTS = 60;
    private static final Duration GUARD = Duration.ofMinutes(3);

    private final List<Socket> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/sessions?limit=1000",
                "/api/v1/sessions?limit=1000&detail=full",
                "/api/v1/explain?after=0.001",
                "/metrics"
            })
    void sessionsGoOnAndTheHeapIsEnough(String path) throws Exception {
        try (LabFolder folder = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(folder, "epoll", service.port())) {
            open(finspect);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < LISTS; i++) {
                answers.add(http.sendAsync(request(finspect.admin(path)), HttpResponse.BodyHandlers.ofString()));
            }
            CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
            int exchanges = 0;
            while (!all.isDone() || exchanges == 0) {
                exchange(clients.get(exchanges % SESSIONS));
                exchanges++;
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                checked(path, answer.join());
            }
            // On a machine that is slow enough, all of them together are turned away; one alone is not.
            long end = System.nanoTime() + GUARD.toNanos();
            while (!checked(path, http.send(request(finspect.admin(path)), HttpResponse.BodyHandlers.ofString()))) {
                assertThat(System.nanoTime())
                        .as("nobody else asks, and there is no list")
                        .isLessThan(end);
            }
            for (Socket client : clients) {
                exchange(client);
            }
            assertThat(finspect.output()).doesNotContain("OutOfMemory", "Exception");
            close(clients);
        }
    }

    @Test
    void slowReadersOfListsHoldUpNoScrape() throws Exception {
        try (LabFolder folder = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(folder, "epoll", service.port())) {
            open(finspect);
            List<Socket> readers = new ArrayList<>();
            for (int i = 0; i < LISTS; i++) {
                Socket reader = new Socket(
                        InetAddress.getLoopbackAddress(), finspect.admin("").getPort());
                reader.getOutputStream()
                        .write("GET /api/v1/sessions?limit=1000&detail=full HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                readers.add(reader);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(finspect.metrics().sum("finspect_sessions_active")).isEqualTo(SESSIONS);
                exchange(clients.get(i));
            }
            assertThat(finspect.output()).doesNotContain("OutOfMemory", "Exception");
            close(readers);
            close(clients);
        }
    }

    private void open(ProxyProcess finspect) throws IOException {
        for (int i = 0; i < SESSIONS; i++) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
            client.setSoTimeout((int) GUARD.toMillis());
            clients.add(client);
            client.getOutputStream().write(1);
        }
        for (Socket client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
    }

    /** A byte to the service, and back. */
    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(GUARD).build();
    }

    /** Whether it is the whole list, which is checked, and not a refusal. */
    private static boolean checked(String path, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).isIn(200, 429, 503);
        if (answer.statusCode() == 200 && path.contains("limit")) {
            rows(answer.body());
        }
        return answer.statusCode() == 200;
    }

    private static void rows(String list) throws IOException {
        JsonNode json = new ObjectMapper().readTree(list);
        assertThat(json.at("/living")).hasSize(SESSIONS);
        assertThat(json.at("/living_total").asInt()).isEqualTo(SESSIONS);
        assertThat(json.at("/closed").isArray()).isTrue();
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
