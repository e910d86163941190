package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Packet;
import dev.finspect.lab.net.Tcpdump;
import dev.finspect.lab.net.Tshark;
import dev.finspect.tcp.TcpFlags;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the records of live sessions with a capture that tcpdump made at the same time, as tshark reads it: on a loopback,
 * and between a client, finspect and a server in namespaces of their own.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "tcpdump", "tshark"},
        root = true)
@Order(6)
final class TcpdumpComparisonIT {
    @ParameterizedTest
    @CsvSource({
        "loopback, false, epoll, headers",
        "loopback, true, epoll, headers",
        "row, false, epoll, headers",
        "row, true, epoll, headers",
        "row, false, epoll, lifecycle",
        "row, true, nio, headers"
    })
    void recordAgreesWithTheCapture(String where, boolean v6, String engine, String capture) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = where.equals("row") ? Hosts.inARow() : Hosts.onLoopback();
                Tcpdump tcpdump = Tcpdump.start(hosts.middle(), folder);
                ProxyProcess proxy =
                        ProxyProcess.start(folder, engine, hosts.middle(), configuration(hosts, v6, engine, capture))) {
            proxy.capturing();
            Stage stage = new Stage(hosts, v6);
            Map<String, Integer> clientPorts = new LinkedHashMap<>();
            try (stage) {
                for (Scene scene : Scene.ALL) {
                    clientPorts.put(scene.name(), scene.play().on(stage));
                }
            }
            List<JsonNode> sessions = proxy.stop().number(Scene.ALL.size()).all();
            Path file = tcpdump.finish();
            List<Packet> clientPackets = Tshark.read(file, Stage.LISTEN_PORT);
            List<Packet> upstreamPackets = Tshark.read(file, Stage.SERVER_PORT);
            List<Executable> judgements = new ArrayList<>();
            for (Scene scene : Scene.ALL) {
                int port = clientPorts.getOrDefault(scene.name(), 0);
                JsonNode session = sessions.stream()
                        .filter(s -> s.at("/client/network.peer.port").asInt() == port)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no record of " + scene.name()));
                judgements.add(() -> judge(scene, session, clientPackets, upstreamPackets));
            }
            Assertions.assertAll(judgements);
        }
    }

    private static String configuration(Hosts hosts, boolean v6, String engine, String capture) {
        return String.join(
                "\n",
                "engine: " + engine,
                "capture: {mode: " + capture + "}",
                "routes:",
                "  - name: default",
                "    listen: '" + text(hosts.middleAddress(v6), Stage.LISTEN_PORT) + "'",
                "    upstream: '" + text(hosts.serverAddress(v6), Stage.SERVER_PORT) + "'",
                "    timeouts: {connect: 2s}",
                "");
    }

    /**
     * The packets of the connections that were opened since then. The kernel may use a local port twice in one run: it counts
     * ports on for all network namespaces together, and other tests run beside this one.
     */
    private static List<Packet> ofScene(List<Packet> packets, long sinceNanos) {
        Map<Integer, Long> opened = new HashMap<>();
        Set<Integer> openedAgain = new HashSet<>();
        List<Packet> kept = new ArrayList<>();
        for (Packet packet : packets) {
            if (packet.atNanos() < sinceNanos) {
                continue;
            }
            if (packet.segment() && packet.has(TcpFlags.SYN) && !packet.has(TcpFlags.ACK)) {
                Long first = opened.putIfAbsent(packet.sourcePort(), packet.sequenceNumber());
                if (first != null && first != packet.sequenceNumber()) {
                    openedAgain.add(packet.sourcePort());
                }
            }
            if (openedAgain.stream().noneMatch(packet::ofPort)) {
                kept.add(packet);
            }
        }
        return kept;
    }

    private static String text(InetAddress address, int port) {
        String number = address.getHostAddress();
        return (number.contains(":") ? "[" + number + "]" : number) + ":" + port;
    }

    private static void judge(
            Scene scene, JsonNode session, List<Packet> clientPackets, List<Packet> allUpstreamPackets) {
        String name = scene.name() + " ";
        JsonNode client = session.at("/client");
        LegComparison ofClient = new LegComparison(
                name + "client",
                client,
                clientPackets,
                client.at("/network.peer.port").asInt());
        ofClient.judge();
        assertThat(session.at("/evidence").asText()).isEqualTo("wire");
        assertThat(session.at("/outcome").asText()).as(name + "outcome").isEqualTo(scene.outcome());
        JsonNode upstream = session.at("/upstream");
        List<Packet> upstreamPackets =
                ofScene(allUpstreamPackets, ofClient.packets().get(0).atNanos());
        List<Packet> both = new ArrayList<>(ofClient.packets());
        if (upstream.at("/network.local.port").isNumber()) {
            LegComparison ofUpstream = new LegComparison(
                    name + "upstream",
                    upstream,
                    upstreamPackets,
                    upstream.at("/network.local.port").asInt());
            ofUpstream.judge();
            both.addAll(ofUpstream.packets());
        }
        if (scene.result().isEmpty()) {
            assertThat(upstream.at("/attempts")).as(name + "attempts").hasSize(1);
        } else {
            new AttemptComparison(name, upstream.at("/attempts/0"), upstreamPackets).judge(scene);
        }
        assertThat(Records.order(session)).as(name + "order").isEqualTo(scene.order());
        assertThat(order(both))
                .as(name + "order on the wire")
                .isEqualTo(scene.order().stream()
                        .filter(act -> !act.startsWith("proxy."))
                        .toList());
        for (String again : List.of(
                "/client/handshake/originator", "/client/handshake/responder",
                "/upstream/handshake/originator", "/upstream/handshake/responder")) {
            if (scene.sentAgain().equals(again)) {
                assertThat(session.at(again + "/retransmits").asInt())
                        .as(name + again)
                        .isPositive();
            }
        }
    }

    /** The FINs and RSTs of both peers as they passed, each kind once. */
    private static List<String> order(List<Packet> packets) {
        Stream<Packet> inTime = packets.stream().sorted(Comparator.comparingLong(Packet::atNanos));
        return inTime.filter(p -> p.destinationPort() == Stage.LISTEN_PORT || p.sourcePort() == Stage.SERVER_PORT)
                .filter(p -> p.has(TcpFlags.FIN | TcpFlags.RST))
                .map(p -> (p.destinationPort() == Stage.LISTEN_PORT ? "client." : "upstream.")
                        + (p.has(TcpFlags.RST) ? "rst" : "fin"))
                .distinct()
                .toList();
    }
}
