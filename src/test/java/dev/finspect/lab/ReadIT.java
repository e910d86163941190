package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A capture of a proxy's host, made by tcpdump on the loopback: both legs become one session. */
@NeedsPrograms(
        value = {"tcpdump", "nc", "haproxy"},
        root = true)
final class ReadIT {
    private static final int ANSWER_BYTES = 300_000;

    @Test
    void bothLegsOfFinspectAreOneSessionAndAgreeWithItsOwnRecord() throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Long> service = answering();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", service.port())) {
            Path capture = captured(folder, proxy.port(), service);
            JsonNode own = proxy.stop().number(1).allDelivered().only();
            JsonNode read = onlySession(capture);
            assertThat(read.at("/close/order")).isEqualTo(own.at("/close/order"));
            assertThat(read.at("/close/half_closed_by")).isEqualTo(own.at("/close/half_closed_by"));
            for (String leg : List.of("client", "upstream")) {
                assertThat(Records.received(read, leg)).as(leg).isEqualTo(Records.received(own, leg));
                assertThat(Records.sent(read, leg)).as(leg).isEqualTo(Records.sent(own, leg));
                for (String end : List.of("network.peer.port", "network.local.port")) {
                    assertThat(read.at("/" + leg + "/" + end)).isEqualTo(own.at("/" + leg + "/" + end));
                }
            }
            assertThat(read.at("/client/handshake/originator/isn"))
                    .isEqualTo(own.at("/client/handshake/originator/isn"));
        }
    }

    @Test
    void bothLegsOfHaproxyAreOneSession() throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                OneService<Long> service = answering();
                Background haproxy = haproxy(folder, port, service.port()).listeningOn(port)) {
            JsonNode read = onlySession(captured(folder, port, service));
            assertThat(haproxy.process().isAlive()).isTrue();
            assertThat(Records.received(read, "upstream")).isEqualTo(ANSWER_BYTES);
            assertThat(Records.order(read)).containsExactly("client.fin", "upstream.fin");
        }
    }

    /** Hears all, then answers. */
    private static OneService<Long> answering() throws IOException {
        return new OneService<>(client -> {
            long heard = client.getInputStream().readAllBytes().length;
            client.getOutputStream().write(new byte[ANSWER_BYTES]);
            return heard;
        });
    }

    private static Background haproxy(LabFolder folder, int port, int upstream) throws IOException {
        Path configuration = folder.file(
                "haproxy.cfg",
                "defaults\n  mode tcp\n  timeout connect 10s\n  timeout client 60s\n  timeout server 60s\n"
                        + "listen l\n  bind 127.0.0.1:" + port + "\n  server s 127.0.0.1:" + upstream + "\n");
        return Background.start(
                folder.path("haproxy.log"), List.of(Programs.path("haproxy"), "-db", "-f", configuration.toString()));
    }

    /** The capture of one question of nc and its answer, complete. */
    private static Path captured(LabFolder folder, int port, OneService<Long> service) throws IOException {
        Path capture = folder.path("lo.pcap");
        String filter = "tcp port " + port + " or tcp port " + service.port();
        List<String> tcpdump = List.of(
                Programs.path("tcpdump"),
                "-i",
                "lo",
                "--immediate-mode",
                "-U",
                "-Z",
                "root",
                "-s",
                "128",
                "-w",
                capture.toString(),
                filter);
        try (Background dump = Background.start(folder.path("tcpdump.log"), tcpdump)) {
            Await.until(dump::output, () -> dump.output().contains("listening on"));
            Path question = folder.file("question", "what?\n");
            Program.Ran nc = Program.of(Programs.path("nc"), "-N", "127.0.0.1", String.valueOf(port))
                    .input(question)
                    .succeed();
            assertThat(nc.output()).hasSize(ANSWER_BYTES);
            assertThat(service.result()).isEqualTo(6L);
            Await.until(() -> "the end of both connections in " + capture, () -> closed(capture));
        }
        return capture;
    }

    private static boolean closed(Path capture) {
        List<JsonNode> records = read(capture);
        return !records.isEmpty()
                && records.stream().allMatch(r -> r.get("event").asText().equals("session.closed"));
    }

    /** Connections of the health check of a port, which carry nothing, are no sessions. */
    private static JsonNode onlySession(Path capture) {
        List<JsonNode> sessions =
                read(capture).stream().filter(r -> r.get("upstream").isObject()).toList();
        assertThat(sessions).hasSize(1);
        JsonNode session = sessions.get(0);
        assertThat(session.at("/close/relayed").asText()).as(session.toString()).isEqualTo("faithful");
        assertThat(session.at("/close/client_fin_relay_seconds").isNumber()).isTrue();
        assertThat(session.at("/client/conn_state").asText()).isEqualTo("SF");
        assertThat(session.at("/upstream/conn_state").asText()).isEqualTo("SF");
        return session;
    }

    private static List<JsonNode> read(Path capture) {
        Program.Ran ran = Program.of(FinspectProgram.command(List.of("-Xmx64m"), "read", capture.toString()))
                .run();
        assertThat(ran.exit()).as(ran.errors()).isZero();
        return new String(ran.output(), java.nio.charset.StandardCharsets.UTF_8)
                .lines()
                .map(RecordSchema::valid)
                .toList();
    }
}
