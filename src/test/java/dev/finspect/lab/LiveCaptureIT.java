package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of live sessions against the headers that finspect itself kept, as tshark reads them. */
@NeedsPrograms("tshark")
final class LiveCaptureIT {
    private static final int ANSWER_BYTES = 300;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Programs.isRoot(), "needs root, to capture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void recordHasWhatTsharkReadsFromTheSessionsOwnCapture(String engine) throws Exception {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service = new OneService<>(client -> {
                    int heard = client.getInputStream().readAllBytes().length;
                    client.getOutputStream().write(new byte[ANSWER_BYTES]);
                    return heard;
                });
                ProxyProcess proxy = ProxyProcess.start(folder, engine, service.port(), "--capture", "headers")) {
            proxy.capturing();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                client.getOutputStream().write(new byte[10]);
                client.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER_BYTES);
            }
            assertThat(service.result()).isEqualTo(10);
            Path file = folder.path("session.pcapng");
            String id = onlyClosedSession(proxy);
            Files.write(file, bytes(proxy.admin("/api/v1/sessions/" + id + "/capture.pcapng")));
            JsonNode session = proxy.stop().number(1).allDelivered().only();
            assertThat(session.at("/evidence").asText()).isEqualTo("wire");
            compare(
                    file,
                    session.at("/client"),
                    session.at("/client/network.local.port").asInt());
            compare(
                    file,
                    session.at("/upstream"),
                    session.at("/upstream/network.peer.port").asInt());
            assertThat(session.at("/client/conn_state").asText()).isEqualTo("SF");
            assertThat(session.at("/client/completeness").asInt()).isEqualTo(31);
            assertThat(session.at("/client/handshake/accept_delay_seconds").isNumber())
                    .isTrue();
            assertThat(states(session.at("/client/states/peer")))
                    .containsExactly("SYN-SENT", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT");
            assertThat(states(session.at("/client/states/local")))
                    .containsExactly("SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "LAST-ACK", "CLOSED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void sessionThatEndsByAnRstLeavesACaptureInTheFolder(String engine) throws Exception {
        try (LabFolder folder = new LabFolder();
                OneService<Integer> service = new OneService<>(client -> {
                    client.setSoLinger(true, 0);
                    return client.getInputStream().read();
                });
                ProxyProcess proxy = ProxyProcess.start(
                        folder,
                        engine,
                        service.port(),
                        "--save-pcap",
                        folder.path("saved").toString())) {
            proxy.capturing();
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                client.getOutputStream().write(new byte[10]);
                readToTheEnd(client);
            }
            JsonNode session = proxy.stop().number(1).only();
            assertThat(session.at("/outcome").asText()).isEqualTo("reset");
            List<Path> saved;
            try (Stream<Path> files = Files.list(folder.path("saved"))) {
                saved = files.toList();
            }
            assertThat(saved).hasSize(1);
            assertThat(String.valueOf(saved.get(0).getFileName()))
                    .isEqualTo("finspect-" + session.at("/id").asText() + "-reset.pcapng");
            assertThat(packets(
                            saved.get(0),
                            session.at("/upstream/network.peer.port").asInt()))
                    .anyMatch(packet -> packet.rst() && packet.sourcePort() == service.port());
        }
    }

    private static void readToTheEnd(Socket client) {
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static void compare(Path file, JsonNode leg, int responderPort) throws IOException {
        List<Packet> packets = packets(file, responderPort);
        Packet syn = first(packets, p -> p.syn() && !p.ack());
        Packet synAck = first(packets, p -> p.syn() && p.ack());
        Packet ack = first(packets, p -> p.ack() && !p.syn() && p.sourcePort() != responderPort);
        assertThat(nanos(leg.at("/handshake/syn_at"))).isEqualTo(syn.atNanos());
        assertThat(nanos(leg.at("/handshake/synack_at"))).isEqualTo(synAck.atNanos());
        assertThat(nanos(leg.at("/handshake/ack_at"))).isEqualTo(ack.atNanos());
        assertThat(leg.at("/handshake/originator/isn").asLong()).isEqualTo(syn.sequence());
        assertThat(leg.at("/handshake/responder/isn").asLong()).isEqualTo(synAck.sequence());
        boolean peerIsOriginator = leg.at("/network.peer.port").asInt() != responderPort;
        Packet originatorFin = first(packets, p -> p.fin() && p.sourcePort() != responderPort);
        Packet responderFin = first(packets, p -> p.fin() && p.sourcePort() == responderPort);
        JsonNode ofOriginator = leg.at(peerIsOriginator ? "/close/peer_fin" : "/close/local_fin");
        JsonNode ofResponder = leg.at(peerIsOriginator ? "/close/local_fin" : "/close/peer_fin");
        assertThat(nanos(ofOriginator.at("/at"))).isEqualTo(originatorFin.atNanos());
        assertThat(nanos(ofResponder.at("/at"))).isEqualTo(responderFin.atNanos());
        assertThat(ofOriginator.at("/sequence_number").asLong()).isEqualTo(originatorFin.sequence());
        assertThat(ofResponder.at("/sequence_number").asLong()).isEqualTo(responderFin.sequence());
        assertThat(leg.at("/completeness").asInt())
                .isEqualTo(packets.get(packets.size() - 1).completeness());
    }

    private static Packet first(List<Packet> packets, java.util.function.Predicate<Packet> wanted) {
        return packets.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such packet in " + packets));
    }

    private static List<Packet> packets(Path file, int responderPort) {
        String text = Program.of(List.of(
                        Programs.path("tshark"),
                        "-n",
                        "-r",
                        file.toString(),
                        "-2",
                        "-Y",
                        "tcp.port == " + responderPort,
                        "-T",
                        "fields",
                        "-E",
                        "separator=;",
                        "-o",
                        "tcp.relative_sequence_numbers:FALSE",
                        "-e",
                        "frame.time_epoch",
                        "-e",
                        "tcp.srcport",
                        "-e",
                        "tcp.flags",
                        "-e",
                        "tcp.seq_raw",
                        "-e",
                        "tcp.completeness"))
                .succeed()
                .text();
        List<Packet> packets = new ArrayList<>();
        text.lines().forEach(line -> packets.add(Packet.of(line.split(";", -1))));
        assertThat(packets).as("tshark on " + file).isNotEmpty();
        return packets;
    }

    /** One packet as tshark reads it. */
    private record Packet(long atNanos, int sourcePort, int flags, long sequence, int completeness) {
        static Packet of(String[] fields) {
            return new Packet(
                    new BigDecimal(fields[0]).movePointRight(9).longValueExact(),
                    Integer.parseInt(fields[1]),
                    Integer.decode(fields[2]),
                    Long.parseLong(fields[3]),
                    Integer.parseInt(fields[4]));
        }

        boolean fin() {
            return (flags & 1) != 0;
        }

        boolean syn() {
            return (flags & 2) != 0;
        }

        boolean rst() {
            return (flags & 4) != 0;
        }

        boolean ack() {
            return (flags & 16) != 0;
        }
    }

    private static String onlyClosedSession(ProxyProcess proxy) throws IOException {
        // The session is counted when all its captured segments have been processed.
        Await.until(() -> "no session has ended", () -> proxy.metrics().sum("finspect_sessions_total") == 1);
        return new ObjectMapper()
                .readTree(bytes(proxy.admin("/api/v1/sessions?state=closed")))
                .at("/closed/0/id")
                .asText();
    }

    private static byte[] bytes(URI page) throws IOException {
        try {
            HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as("GET " + page).isEqualTo(200);
            return answer.body();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static List<String> states(JsonNode entries) {
        List<String> states = new ArrayList<>();
        entries.forEach(entry -> states.add(entry.at("/state").asText()));
        return states;
    }

    private static long nanos(JsonNode time) {
        Instant instant = Instant.parse(time.asText());
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
