package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intercepted connections that all go to one service, whatever their destination, even if nothing listens there. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class FixedUpstreamIT {
    private static final int LISTEN_PORT = 15001;
    private static final int DIALLED_PORT = 9000;
    private static final int SERVER_PORT = 8080;

    @ParameterizedTest
    @CsvSource({"redirect, false, false", "redirect, true, false", "tproxy, false, true", "tproxy, true, true"})
    void allGoToTheOneService(String mode, boolean v6, boolean kept) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                ProxyProcess proxy =
                        ProxyProcess.start(folder, "epoll", hosts.middle(), configuration(hosts, mode, v6, kept));
                ServerSocket server = Sockets.listen(hosts.server(), hosts.serverAddress(v6), SERVER_PORT)) {
            proxy.capturing();
            InterceptRules.apply(hosts, mode, DIALLED_PORT + "", LISTEN_PORT);
            InetSocketAddress meant = new InetSocketAddress(hosts.nowhere(v6), DIALLED_PORT);
            int port;
            try (Socket client = Sockets.connect(hosts.client(), meant);
                    Socket accepted = server.accept()) {
                port = client.getLocalPort();
                InetAddress seen = kept ? client.getLocalAddress() : middleTowardsServer(v6);
                assertThat(accepted.getInetAddress()).isEqualTo(seen);
                client.getOutputStream().write(7);
                client.shutdownOutput();
                assertThat(accepted.getInputStream().readAllBytes()).containsExactly(7);
                accepted.getOutputStream().write(8);
                accepted.shutdownOutput();
                assertThat(client.getInputStream().readAllBytes()).containsExactly(8);
            }
            JsonNode session = proxy.stop().allClean().allDelivered().only();
            assertThat(session.at("/original_destination").asText()).endsWith(":" + DIALLED_PORT);
            assertThat(session.at("/client/network.peer.port").asInt()).isEqualTo(port);
            assertThat(session.at("/upstream/network.peer.port").asInt()).isEqualTo(SERVER_PORT);
            if (kept) {
                assertThat(session.at("/upstream/network.local.port").asInt()).isEqualTo(port);
            }
            assertThat(session.at("/evidence").asText()).isEqualTo("wire");
            for (String leg : new String[] {"client", "upstream"}) {
                assertThat(session.at("/" + leg + "/conn_state").asText())
                        .as(leg)
                        .isEqualTo("SF");
            }
        }
    }

    private static InetAddress middleTowardsServer(boolean v6) throws Exception {
        return InetAddress.getByName(v6 ? "fd77:2::1" : "10.77.2.1");
    }

    private static String configuration(Hosts hosts, String mode, boolean v6, boolean kept) {
        String server = hosts.serverAddress(v6).getHostAddress();
        return String.join(
                "\n",
                "capture: {mode: headers}",
                "routes:",
                "  - name: default",
                "    listen: ':" + LISTEN_PORT + "'",
                "    mode: " + mode,
                "    upstream: '" + (v6 ? "[" + server + "]" : server) + ":" + SERVER_PORT + "'",
                "    keep_client_address: " + kept,
                "");
    }
}
