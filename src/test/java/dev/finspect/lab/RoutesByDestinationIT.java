package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Sockets;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One listener for intercepted connections, and several routes that share them out by where these were bound for. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class RoutesByDestinationIT {
    private static final int LISTEN_PORT = 15001;
    private static final int WEB_PORT = 8080;
    private static final int DATABASE_PORT = 8432;
    private static final int OTHER_PORT = 8999;
    private static final int PATIENCE_MILLIS = 120_000;

    @ParameterizedTest
    @CsvSource({"redirect, false", "redirect, true", "tproxy, false", "tproxy, true"})
    void eachConnectionIsOfTheFirstRouteThatItFits(String mode, boolean v6) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(mode));
                ServerSocket web = Sockets.listen(hosts.server(), hosts.serverAddress(v6), WEB_PORT);
                ServerSocket database = Sockets.listen(hosts.server(), hosts.serverAddress(v6), DATABASE_PORT);
                ServerSocket other = Sockets.listen(hosts.server(), hosts.serverAddress(v6), OTHER_PORT)) {
            proxy.capturing();
            String ports = WEB_PORT + "," + DATABASE_PORT + "," + OTHER_PORT;
            InterceptRules.apply(hosts, mode, ports, LISTEN_PORT);
            Map<Integer, String> expected = new HashMap<>();
            for (int i = 0; i < 5; i++) {
                expected.put(exchange(hosts, v6, web), "web");
                expected.put(exchange(hosts, v6, database), "database");
            }
            expected.put(inVain(hosts, v6, other.getLocalPort()), "web");
            List<JsonNode> sessions = proxy.stop().number(expected.size()).all();
            for (JsonNode session : sessions) {
                String route =
                        expected.get(session.at("/client/network.peer.port").asInt());
                assertThat(session.at("/route").asText()).isEqualTo(route);
                boolean refused = session.at("/original_destination").asText().endsWith(":" + OTHER_PORT);
                assertThat(session.at("/proxy_reason").asText()).isEqualTo(refused ? "destination_refused" : "null");
                // What no route names is not looked for.
                assertThat(session.at("/evidence").asText()).isEqualTo(refused ? "kernel" : "wire");
            }
        }
    }

    private static String configuration(String mode) {
        return String.join(
                "\n",
                "capture: {mode: headers}",
                "routes:",
                "  - {name: web, listen: ':" + LISTEN_PORT + "', mode: " + mode + ", upstream: original,",
                "     destinations: {ports: [" + WEB_PORT + "]}}",
                "  - {name: database, listen: ':" + LISTEN_PORT + "', mode: " + mode + ", upstream: original,",
                "     destinations: {networks: [10.77.2.0/24, 'fd77:2::/64'], ports: [" + WEB_PORT + ", "
                        + DATABASE_PORT + "]}}",
                "");
    }

    /** A question and an answer; the client's port. */
    private static int exchange(Hosts hosts, boolean v6, ServerSocket server) throws Exception {
        try (Socket client = Sockets.connect(
                        hosts.client(), new InetSocketAddress(hosts.serverAddress(v6), server.getLocalPort()));
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes()).containsExactly(7);
            accepted.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            return client.getLocalPort();
        }
    }

    /** To the port that no route names; the client's port. */
    private static int inVain(Hosts hosts, boolean v6, int serverPort) throws Exception {
        return hosts.client().in(() -> {
            try (Socket client = new Socket()) {
                client.setSoTimeout(PATIENCE_MILLIS);
                client.bind(null);
                int port = client.getLocalPort();
                try {
                    client.connect(new InetSocketAddress(hosts.serverAddress(v6), serverPort), PATIENCE_MILLIS);
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                } catch (SocketException e) {
                    assertThat(e).hasMessageContaining("reset");
                }
                return port;
            }
        });
    }
}
