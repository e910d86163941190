package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.admin.EventStreamReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The live stream and the acts of the packaged finspect, by its commands and over HTTP. */
@Timeout(600)
final class LiveIT {
    private static final Duration GUARD = Duration.ofMinutes(3);
    /** Ten times what a hang may take from being found to the stream. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    @SuppressWarnings("try") // Both peers close before the stream ends.
    void hangIsInTheStreamSoonAfterItIsFoundAndItsEndToo() throws Exception {
        try (LabFolder folder = new LabFolder();
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ProxyProcess finspect = quick(folder, service);
                EventStreamReader stream = open(finspect, "");
                EventStreamReader other = open(finspect, "?filter=port:1");
                Socket client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
                Socket server = service.accept()) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            JsonNode opened = stream.row(row -> row.at("/state").asText().equals("open"));
            String id = opened.at("/id").asText();
            EventStreamReader.Event hung = stream.next(event -> has(event, id, "hung"));
            JsonNode row = hung.data().at("/rows/0");
            assertThat(row.at("/verdict/id").asText()).isEqualTo("upstream-silent");
            assertThat(row.at("/verdict/sentence").asText()).contains("has not answered");
            assertThat(row.at("/now/phase").asText()).isEqualTo("waiting");
            assertThat(row.at("/now/owes").asText()).isNotEmpty();
            Instant line = Instant.parse(new ObjectMapper()
                    .readTree(finspect.lineWith("session.hung"))
                    .at("/at")
                    .asText());
            assertThat(Duration.between(
                            line, Instant.parse(hung.data().at("/time").asText())))
                    .isLessThan(DEADLINE);

            server.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            stream.next(event -> has(event, id, "recovered"));
            client.close();
            server.close();
            stream.next(event -> has(event, id, "closed"));
            assertThat(other.next("totals").at("/lost").asInt()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"fin, operator_close", "reset, operator_reset"})
    void closedSessionIsFinspectsOwnActAndBothPeersSeeIt(String how, String reason) throws Exception {
        try (LabFolder folder = new LabFolder();
                ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ProxyProcess finspect = quick(folder, service);
                EventStreamReader stream = open(finspect, "");
                Socket client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
                Socket server = service.accept()) {
            client.setSoTimeout((int) GUARD.toMillis());
            server.setSoTimeout((int) GUARD.toMillis());
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            String id = stream.row(row -> row.at("/state").asText().equals("open"))
                    .at("/id")
                    .asText();
            String said = command(
                    finspect,
                    how.equals("fin") ? List.of("close", id.substring(0, 14)) : List.of("close", "--reset", id));
            assertThat(said).contains(id);
            for (Socket peer : List.of(client, server)) {
                assertThat(end(peer)).isEqualTo(how.equals("fin") ? "FIN" : "RST");
            }
            JsonNode row = stream.row(each -> each.at("/changes").toString().contains("closed"));
            assertThat(row.at("/proxy_reason").asText()).isEqualTo(reason);
            assertThat(row.at("/verdict/id").asText()).isEqualTo("proxy-limited");
            assertThat(row.at("/verdict/blame").asText()).isEqualTo("configuration");
        }
    }

    @Test
    void commandsShowTheSessionsAndDrainEndsTheProcess() throws Exception {
        try (LabFolder folder = new LabFolder();
                EchoService service = new EchoService();
                ProxyProcess finspect = ProxyProcess.start(folder, "epoll", service.port())) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
                clients.add(client);
            }
            assertThat(command(finspect, List.of("sessions")))
                    .contains("3 sessions are open.", " > default > 127.0.0.1:");
            JsonNode rows =
                    new ObjectMapper().readTree(command(finspect, List.of("sessions", "-o", "json", "bytes>1")));
            assertThat(rows).hasSize(3);
            JsonNode once = new ObjectMapper().readTree(command(finspect, List.of("top", "--once", "-o", "json")));
            assertThat(once.at("/sessions")).hasSize(3);
            assertThat(once.at("/totals/active").asInt()).isEqualTo(3);
            assertThat(command(finspect, List.of("top", "--once"))).contains("3 active", "idle");
            assertThat(command(finspect, List.of("drain", "--patience", "60s"))).contains("3 sessions, and ends");
            for (Socket client : clients) {
                client.close();
            }
            finspect.awaitEnd();
        }
    }

    private static boolean has(EventStreamReader.Event event, String id, String change) {
        for (JsonNode row : event.data().at("/rows")) {
            if (row.at("/id").asText().equals(id)
                    && row.at("/changes").toString().contains("\"" + change + "\"")) {
                return true;
            }
        }
        return false;
    }

    /** How the connection ends for a peer that reads on. */
    private static String end(Socket peer) throws IOException {
        try {
            while (peer.getInputStream().read() >= 0) {
                // What came before the end.
            }
            return "FIN";
        } catch (SocketException e) {
            return "RST";
        }
    }

    private static String command(ProxyProcess finspect, List<String> words) throws IOException {
        List<String> all = new ArrayList<>(words);
        all.add(1, "--admin");
        all.add(2, finspect.admin("").getAuthority());
        return Program.of(FinspectProgram.command(all.toArray(String[]::new)))
                .succeed()
                .text();
    }

    private EventStreamReader open(ProxyProcess finspect, String query) throws Exception {
        URI uri = finspect.admin("/api/v1/events" + query);
        return EventStreamReader.open(http, uri, GUARD);
    }

    /** With thresholds of a second. */
    private static ProxyProcess quick(LabFolder folder, ServerSocket service) throws IOException {
        return ProxyProcess.configured(folder, "epoll", """
                routes:
                  - name: default
                    listen: 127.0.0.1:0
                    upstream: 127.0.0.1:%d
                    diagnosis: {silence: 1s, unread: 1s}
                """.formatted(service.getLocalPort()));
    }
}
