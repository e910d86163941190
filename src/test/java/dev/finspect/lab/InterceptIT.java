package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Packet;
import dev.finspect.lab.net.PromptSocket;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import dev.finspect.lab.net.Sockets;
import dev.finspect.lab.net.Tcpdump;
import dev.finspect.lab.net.Tshark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connections to a server behind finspect that are intercepted: three hosts in a row, with the rules applied and removed by
 * finspect's own command.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "tcpdump", "tshark"},
        root = true)
@Order(5)
final class InterceptIT {
    private static final int SERVER_PORT = 8080;
    private static final int LISTEN_PORT = 15001;
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int MANY = 1_000;

    /** What passes, and what both ends must see of it. */
    @ParameterizedTest
    @CsvSource({"redirect, false", "redirect, true", "tproxy, false", "tproxy, true"})
    void clientReachesTheServerThatItMeant(String mode, boolean v6) throws Exception {
        boolean kept = mode.equals("tproxy");
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                Tcpdump tcpdump = Tcpdump.start(hosts.middle(), folder);
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode, kept));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(v6), SERVER_PORT)) {
            proxy.capturing();
            intercept(hosts, "apply", "--mode", mode, "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            Map<Integer, String> played = new HashMap<>();
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(v6), SERVER_PORT);
            exchange(hosts, meant, server, "half-close", played, kept, (client, accepted) -> {
                client.shutdownOutput();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                accepted.getOutputStream().write(new byte[100_000]);
                accepted.close();
                assertThat(client.getInputStream().readAllBytes()).hasSize(100_000);
            });
            exchange(hosts, meant, server, "server resets", played, kept, (client, accepted) -> {
                accepted.setSoLinger(true, 0);
                accepted.close();
                endsByReset(client);
            });
            exchange(hosts, meant, server, "client resets", played, kept, (client, accepted) -> {
                client.setSoLinger(true, 0);
                client.close();
                endsByReset(accepted);
            });
            refused(hosts, meant, server);
            List<JsonNode> sessions = proxy.stop().number(4).all();
            Path file = tcpdump.finish();
            for (JsonNode session : sessions) {
                assertThat(session.at("/original_destination").asText())
                        .endsWith(":" + SERVER_PORT)
                        .contains(v6 ? "fd77:2::2" : "10.77.2.2");
            }
            List<Packet> packets = Tshark.read(file, SERVER_PORT);
            played.forEach((port, what) -> judge(session(sessions, port), what, packets, kept));
            JsonNode last = sessions.stream()
                    .filter(s -> !played.containsKey(
                            s.at("/client/network.peer.port").asInt()))
                    .findFirst()
                    .orElseThrow();
            assertThat(last.at("/outcome").asText()).isEqualTo("connect_failed");
            assertThat(last.at("/upstream/attempts/0/result").asText()).isEqualTo("refused");
            List<String> doctor = FinspectProgram.command("doctor");
            assertThat(Program.of(hosts.middle().command(doctor)).succeed().text())
                    .containsPattern("ok +interception +rules for " + mode + " are in force");
            removed(hosts);
            assertThat(Program.of(hosts.middle().command(doctor)).succeed().text())
                    .containsPattern("missing +interception +no rules send connections to finspect");
        }
    }

    @ParameterizedTest
    @CsvSource({"tproxy", "redirect"})
    @ResourceLock("thousands of sockets")
    void thousandAtOnceAndTheirPortsAreKept(String mode) throws Exception {
        boolean kept = mode.equals("tproxy");
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode, kept));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(false), SERVER_PORT)) {
            intercept(hosts, "apply", "--mode", mode, "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(false), SERVER_PORT);
            List<Socket> clients = new ArrayList<>();
            Map<Integer, Socket> accepted = new HashMap<>();
            try {
                for (int i = 0; i < MANY; i++) {
                    Socket client = Sockets.connect(hosts.client(), meant);
                    clients.add(client);
                    Socket at = server.accept();
                    accepted.put(at.getPort(), at);
                    client.getOutputStream().write(i & 0xff);
                }
                for (int i = 0; i < MANY; i++) {
                    int port = clients.get(i).getLocalPort();
                    Socket at = accepted.get(port);
                    assertThat(at != null || !kept).as("port " + port).isTrue();
                    if (at != null && kept) {
                        assertThat(at.getInputStream().read()).isEqualTo(i & 0xff);
                        assertThat(at.getInetAddress()).isEqualTo(clients.get(i).getLocalAddress());
                    }
                    clients.get(i).shutdownOutput();
                }
                for (Socket at : accepted.values()) {
                    at.getInputStream().readAllBytes();
                    at.close();
                }
                for (Socket client : clients) {
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
            } finally {
                for (Socket each : clients) {
                    each.close();
                }
            }
            proxy.stop().number(MANY).clientClosedFirst();
        }
    }

    @ParameterizedTest
    @CsvSource({"redirect", "tproxy"})
    void whoeverComesToTheListenerItselfIsSentAway(String mode) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode, false))) {
            assertThat(proxy.output()).contains("original");
            try (Socket direct =
                    Sockets.connect(hosts.client(), new InetSocketAddress(hosts.middleAddress(false), LISTEN_PORT))) {
                endsByReset(direct);
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            JsonNode session = proxy.stop().only();
            String reason = session.at("/proxy_reason").asText();
            assertThat(reason).isIn("connect_failed", "destination_unknown");
            if (reason.equals("connect_failed")) {
                assertThat(session.at("/upstream/attempts/0/result").asText()).isEqualTo("loop");
            }
        }
    }

    /** New connections pass by at once, those that finspect has go on, and then everything is gone. */
    @Test
    void removalWaitsForLivingSessionsAndCutsNone() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy =
                        ProxyProcess.start(folder, "epoll", hosts.middle(), configuration("tproxy", true));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(false), SERVER_PORT)) {
            intercept(hosts, "apply", "--mode", "tproxy", "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(false), SERVER_PORT);
            try (Socket client = Sockets.connect(hosts.client(), meant);
                    Socket accepted = server.accept();
                    Background removing = Background.start(
                            folder.path("remove.log"), hosts.middle().command(command("remove")))) {
                Await.until(removing::output, () -> removing.output().contains("waiting until"));
                try (Socket by = Sockets.connect(hosts.client(), meant);
                        Socket passed = server.accept()) {
                    by.getOutputStream().write(1);
                    assertThat(passed.getInputStream().read()).isEqualTo(1);
                    assertThat(proxy.metrics().sum("finspect_sessions_accepted_total"))
                            .isEqualTo(1);
                }
                client.getOutputStream().write(2);
                assertThat(accepted.getInputStream().read()).isEqualTo(2);
                assertThat(removing.process().isAlive()).isTrue();
                client.shutdownOutput();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                accepted.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                Await.until(removing::output, () -> !removing.process().isAlive());
                assertThat(removing.process().exitValue()).as(removing.output()).isZero();
            }
            proxy.stop().allClean().only();
            removed(hosts);
        }
    }

    /** Nobody answers the server's address: the client is reset when the time is up, and the record says why. */
    @Test
    void serverThatDoesNotAnswerIsToldAsOnAnyRoute() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(
                        folder,
                        "epoll",
                        hosts.middle(),
                        configuration("tproxy", true) + "    timeouts: {connect: 2s}\n");
                Rule silent = Rule.drop(hosts.server(), Hook.INPUT, "tcp dport " + SERVER_PORT)) {
            intercept(hosts, "apply", "--mode", "tproxy", "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            try (Socket client =
                    Sockets.connect(hosts.client(), new InetSocketAddress(hosts.serverAddress(false), SERVER_PORT))) {
                endsByReset(client);
            }
            assertThat(silent.packets()).isPositive();
            JsonNode session = proxy.stop().only();
            assertThat(session.at("/upstream/attempts/0/result").asText()).isEqualTo("timed_out");
            assertThat(session.at("/findings").toString()).contains("syn-unanswered");
        }
    }

    /** Somebody on finspect's host has the client's port. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void takenPortIsReplacedAndTheAddressKept(boolean v6) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy =
                        ProxyProcess.start(folder, "epoll", hosts.middle(), configuration("tproxy", true));
                ServerSocket taken = hosts.middle().in(InterceptIT::anyPort);
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(v6), SERVER_PORT)) {
            intercept(hosts, "apply", "--mode", "tproxy", "--port", SERVER_PORT + "", "--to", LISTEN_PORT + "");
            InetSocketAddress meant = new InetSocketAddress(hosts.serverAddress(v6), SERVER_PORT);
            try (Socket client = Sockets.connect(hosts.client(), taken.getLocalPort(), meant);
                    Socket accepted = server.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(client.getLocalAddress());
                assertThat(accepted.getPort()).isNotEqualTo(taken.getLocalPort());
                client.getOutputStream().write(1);
                assertThat(accepted.getInputStream().read()).isEqualTo(1);
                client.shutdownOutput();
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
                accepted.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            JsonNode session = proxy.stop().allClean().only();
            assertThat(session.at("/client/network.peer.address"))
                    .isEqualTo(session.at("/upstream/network.local.address"));
        }
    }

    private static ServerSocket anyPort() throws IOException {
        ServerSocket socket = new PromptSocket.Listener();
        socket.setReuseAddress(false);
        socket.bind(null);
        return socket;
    }

    private static String configuration(String mode, boolean keep) {
        return String.join(
                "\n",
                "engine: epoll",
                "capture: {mode: headers}",
                "routes:",
                "  - name: default",
                "    listen: ':" + LISTEN_PORT + "'",
                "    mode: " + mode,
                "    upstream: original",
                "    keep_client_address: " + keep,
                "    destinations: {ports: [" + SERVER_PORT + ", " + LISTEN_PORT + "]}",
                "");
    }

    /** finspect's own command, on the host in the middle. */
    private static Program.Ran intercept(Hosts hosts, String... arguments) {
        return Program.of(hosts.middle().command(command(arguments))).succeed();
    }

    private static List<String> command(String... arguments) {
        List<String> words = new ArrayList<>(List.of("intercept"));
        words.addAll(List.of(arguments));
        return FinspectProgram.command(words.toArray(String[]::new));
    }

    private static void removed(Hosts hosts) {
        intercept(hosts, "remove");
        intercept(hosts, "remove");
        for (String left : List.of("nft list tables", "ip rule show fwmark 0xf1", "ip -6 rule show fwmark 0xf1")) {
            List<String> words = new ArrayList<>(List.of(left.split(" ", -1)));
            words.set(0, Programs.path(words.get(0)));
            assertThat(Program.of(hosts.middle().command(words)).succeed().text())
                    .as(left)
                    .doesNotContain("finspect", "0xf1");
        }
    }

    private static void exchange(
            Hosts hosts,
            InetSocketAddress meant,
            ServerSocket server,
            String what,
            Map<Integer, String> played,
            boolean kept,
            Part part)
            throws Exception {
        try (Socket client = Sockets.connect(hosts.client(), meant);
                Socket accepted = server.accept()) {
            accepted.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(new byte[10]);
            assertThat(accepted.getInputStream().readNBytes(10)).hasSize(10);
            accepted.getOutputStream().write(new byte[20]);
            assertThat(client.getInputStream().readNBytes(20)).hasSize(20);
            assertThat(accepted.getInetAddress().equals(client.getLocalAddress()))
                    .isEqualTo(kept);
            assertThat(accepted.getPort() == client.getLocalPort() || !kept).isTrue();
            played.put(client.getLocalPort(), what);
            part.play(client, accepted);
        }
    }

    private static void refused(Hosts hosts, InetSocketAddress meant, ServerSocket server) throws Exception {
        Sockets.stopListening(hosts.server(), server);
        try (Socket client = Sockets.connect(hosts.client(), meant)) {
            endsByReset(client);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static void endsByReset(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read())
                    .as("bytes instead of a reset")
                    .isEqualTo(-2);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static JsonNode session(List<JsonNode> sessions, int port) {
        return sessions.stream()
                .filter(s -> s.at("/client/network.peer.port").asInt() == port)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no record of the client at port " + port));
    }

    private static void judge(JsonNode session, String what, List<Packet> packets, boolean kept) {
        int clientPort = session.at("/client/network.peer.port").asInt();
        int upstreamPort = session.at("/upstream/network.local.port").asInt();
        assertThat(upstreamPort == clientPort || !kept).as(what).isTrue();
        assertThat(session.at("/evidence").asText()).as(what).isEqualTo("wire");
        assertThat(session.at("/outcome").asText()).as(what).isEqualTo(what.equals("half-close") ? "clean" : "reset");
        for (String leg : List.of("client", "upstream")) {
            long isn = session.at("/" + leg + "/handshake/originator/isn").asLong();
            int port = leg.equals("client") ? clientPort : upstreamPort;
            Packet syn = packets.stream()
                    .filter(p -> p.segment() && p.sourcePort() == port && p.sequenceNumber() == isn)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(what + ": no SYN of the " + leg + " leg in tcpdump: " + isn));
            LegComparison.near(what + " " + leg + " SYN", session.at("/" + leg + "/handshake/syn_at"), syn);
            assertThat(session.at("/" + leg + "/handshake/responder/isn").isNumber())
                    .as(what + " " + leg + " SYN-ACK")
                    .isTrue();
            assertThat(session.at("/" + leg + "/handshake/ack_at").isTextual())
                    .as(what + " " + leg + " ACK")
                    .isTrue();
        }
        if (what.equals("half-close")) {
            assertThat(session.at("/client/conn_state").asText()).isEqualTo("SF");
            assertThat(session.at("/upstream/conn_state").asText()).isEqualTo("SF");
        }
    }

    /** What happens between a client and a server that have exchanged something. */
    private interface Part {
        void play(Socket client, Socket server) throws IOException;
    }
}
