package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Packet;
import dev.finspect.lab.net.Tcpdump;
import dev.finspect.lab.net.Tshark;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the records of intercepted connections with two captures of tcpdump, one at the client and one at the server, as
 * tshark reads them: finspect records of each leg what that peer's own host saw.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "tcpdump", "tshark"},
        root = true)
@Order(7)
final class BothEndsIT {
    /** Their rules drop packets to the listener's own address, which clients do not use here. */
    private static final Set<String> NOT_HERE = Set.of("clients first syn is lost", "syn ack to the client is lost");

    @ParameterizedTest
    @CsvSource({"redirect, false", "redirect, true", "tproxy, false", "tproxy, true"})
    void recordAgreesWithTheCaptureOfEachPeer(String mode, boolean v6) throws Exception {
        List<Scene> scenes = Scene.ALL.stream()
                .filter(scene -> !NOT_HERE.contains(scene.name()))
                .toList();
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                Tcpdump atClient = Tcpdump.start(hosts.client(), folder);
                Tcpdump atServer = Tcpdump.start(hosts.server(), folder);
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode))) {
            proxy.capturing();
            InterceptRules.apply(hosts, mode, Stage.SERVER_PORT + "", Stage.LISTEN_PORT);
            Map<String, Integer> clientPorts = new LinkedHashMap<>();
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(v6), Stage.SERVER_PORT);
            try (Stage stage = new Stage(hosts, v6, meant)) {
                for (Scene scene : scenes) {
                    clientPorts.put(scene.name(), scene.play().on(stage));
                }
            }
            List<JsonNode> sessions = proxy.stop().number(scenes.size()).all();
            List<Packet> clientPackets = Tshark.read(atClient.finish(), Stage.SERVER_PORT);
            List<Packet> serverPackets = Tshark.read(atServer.finish(), Stage.SERVER_PORT);
            List<Executable> judgements = new ArrayList<>();
            for (Scene scene : scenes) {
                int port = clientPorts.getOrDefault(scene.name(), 0);
                JsonNode session = sessions.stream()
                        .filter(s -> s.at("/client/network.peer.port").asInt() == port)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("no record of " + scene.name()));
                judgements.add(() -> judge(scene, session, clientPackets, serverPackets));
            }
            Assertions.assertAll(judgements);
        }
    }

    private static void judge(Scene scene, JsonNode session, List<Packet> clientPackets, List<Packet> serverPackets) {
        String name = scene.name() + " ";
        assertThat(session.at("/outcome").asText()).as(name + "outcome").isEqualTo(scene.outcome());
        assertThat(session.at("/evidence").asText()).as(name).isEqualTo("wire");
        assertThat(Records.order(session)).as(name + "order").isEqualTo(scene.order());
        if (!scene.result().isEmpty()) {
            assertThat(session.at("/upstream/attempts/0/result").asText())
                    .as(name + "attempt")
                    .isEqualTo(scene.result());
        }
        JsonNode client = session.at("/client");
        LegComparison.elsewhere(
                        name + "client",
                        client,
                        clientPackets,
                        client.at("/network.peer.port").asInt())
                .judge();
        JsonNode upstream = session.at("/upstream");
        assertThat(upstream.at("/network.local.port").isNumber())
                .as(name + "reached its server")
                .isEqualTo(scene.result().isEmpty());
        if (scene.result().isEmpty()) {
            LegComparison.elsewhere(
                            name + "upstream",
                            upstream,
                            serverPackets,
                            upstream.at("/network.local.port").asInt())
                    .judge();
        }
    }

    private static String configuration(String mode) {
        return String.join(
                "\n",
                "capture: {mode: headers}",
                "routes:",
                "  - name: default",
                "    listen: ':" + Stage.LISTEN_PORT + "'",
                "    mode: " + mode,
                "    upstream: original",
                "    keep_client_address: " + mode.equals("tproxy"),
                "    destinations: {ports: [" + Stage.SERVER_PORT + "]}",
                "    timeouts: {connect: 2s}",
                "");
    }
}
