package dev.finspect.lab.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.net.Rule.Hook;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hosts that lab tests are played on. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft"},
        root = true)
final class HostsTest {
    private static final int PATIENCE_MILLIS = 120_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void clientReachesTheServerThroughTheMiddle(boolean v6) throws Exception {
        try (Hosts hosts = Hosts.inARow();
                ServerSocket listener = hosts.server().in(() -> new ServerSocket(0, 5, hosts.serverAddress(v6)));
                Socket client = hosts.client().in(() -> connect(listener));
                Socket server = listener.accept()) {
            assertThat(server.getInetAddress().getHostAddress()).isEqualTo(v6 ? "fd77:1:0:0:0:0:0:2" : "10.77.1.2");
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void onlyTheFirstSynIsDroppedAndAllPassOnceTheRuleIsGone() throws Exception {
        try (Hosts hosts = Hosts.onLoopback();
                ServerSocket listener = hosts.server().in(() -> new ServerSocket(0, 5, hosts.serverAddress(false)))) {
            String match = "tcp dport " + listener.getLocalPort() + " " + Rule.SYN;
            try (Rule rule = Rule.dropFirst(1, hosts.server(), Hook.INPUT, match);
                    Socket first = hosts.client().in(() -> connect(listener));
                    Socket second = hosts.client().in(() -> connect(listener))) {
                assertThat(rule.packets()).isEqualTo(1);
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
            try (Rule rule = Rule.drop(hosts.server(), Hook.INPUT, match)) {
                assertThatThrownBy(() -> hosts.client().in(() -> {
                            try (Socket socket = new Socket()) {
                                socket.connect(listener.getLocalSocketAddress(), 200);
                            }
                            return null;
                        }))
                        .isInstanceOf(SocketTimeoutException.class);
                assertThat(rule.packets()).isPositive();
            }
            try (Socket third = hosts.client().in(() -> connect(listener))) {
                assertThat(third.isConnected()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theServerSaysThatItKnowsNoWayToNowhere(boolean v6) {
        try (Hosts hosts = Hosts.inARow()) {
            assertThatThrownBy(() -> hosts.middle().in(() -> {
                        try (Socket socket = new Socket()) {
                            socket.connect(new InetSocketAddress(hosts.nowhere(v6), 80), PATIENCE_MILLIS);
                        }
                        return null;
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("(?i).*(unreachable|no route).*");
        }
    }

    @Test
    void nothingIsLeftWhenATestFails() {
        List<String> names = new java.util.ArrayList<>();
        assertThatThrownBy(() -> {
                    try (Hosts hosts = Hosts.inARow()) {
                        for (Namespace each : List.of(hosts.client(), hosts.middle(), hosts.server())) {
                            names.add(each.name());
                            assertThat(Files.exists(Path.of("/run/netns", each.name())))
                                    .isTrue();
                        }
                        hosts.middle().ip("link add nonsense type nonsense");
                    }
                })
                .isInstanceOf(AssertionError.class);
        assertThat(names)
                .hasSize(3)
                .allSatisfy(name ->
                        assertThat(Files.exists(Path.of("/run/netns", name))).isFalse());
    }

    private static Socket connect(ServerSocket listener) throws IOException {
        Socket socket = new Socket();
        socket.connect(listener.getLocalSocketAddress(), PATIENCE_MILLIS);
        return socket;
    }
}
