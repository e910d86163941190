package dev.finspect.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Located;
import dev.finspect.cli.config.Location;
import dev.finspect.cli.config.Overrides;
import dev.finspect.cli.process.CommandFailure;
import dev.finspect.cli.process.OutputFormat;
import dev.finspect.cli.run.ProxyServer;
import dev.finspect.lab.Await;
import dev.finspect.lab.EchoService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands and the finspects that they ask, which all run in this process. */
@Timeout(300)
final class LiveCommandsTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void followingGoesOnWithTheFinspectThatTakesThePlaceOfOneThatHasEnded() throws Exception {
        try (EchoService service = new EchoService()) {
            ProxyServer first = started(service, "127.0.0.1:0");
            AdminEndpoint server = endpoint(first);
            SessionListing listing = new SessionListing(
                    new PrintStream(written, true, StandardCharsets.UTF_8), null, OutputFormat.TEXT, () -> 60);
            CompletableFuture<Void> following = CompletableFuture.runAsync(() -> {
                try {
                    listing.follow(server);
                } catch (CommandFailure | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                awaitLine(first, "opened");
            } finally {
                first.close();
            }
            Await.until(this::said, () -> said().contains("has ended the stream"));
            written.reset();
            ProxyServer second = started(service, server.base().getAuthority());
            try {
                awaitLine(second, "opened");
                assertThat(following).isNotDone();
            } finally {
                second.close();
            }
        }
    }

    @Test
    void aShortenedIdThatFitsSessionsOfTwoFinspectsClosesNone() throws Exception {
        List<ProxyServer> running = new ArrayList<>();
        try (EchoService service = new EchoService()) {
            running.add(started(service, "127.0.0.1:0"));
            running.add(started(service, "127.0.0.1:0"));
            SessionActs acts = new SessionActs(
                    running.stream().map(LiveCommandsTest::endpoint).toList());
            try (Socket one = client(running.get(0));
                    Socket other = client(running.get(1))) {
                String first = id(running.get(0));
                String second = id(running.get(1));
                String both = common(first, second);
                assertThat(both).isNotEmpty();

                assertThatThrownBy(() -> acts.close(both, true))
                        .isInstanceOf(CommandFailure.class)
                        .hasMessageContaining("several finspects have a session whose ID begins with '" + both);
                exchange(one);
                exchange(other);
                assertThatThrownBy(() -> acts.close("nosuch", true))
                        .isInstanceOf(CommandFailure.class)
                        .hasMessageContaining("no open session");

                assertThat(acts.close(second, false)).contains(second);
                assertThat(other.getInputStream().read()).isEqualTo(-1);
                exchange(one);
            }
        } finally {
            running.forEach(ProxyServer::close);
        }
    }

    /** Clients come and go until a line tells of one. */
    private void awaitLine(ProxyServer running, String word) {
        Await.until(this::said, () -> {
            try (Socket client = client(running)) {
                return said().contains(word) && client.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private String said() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static String common(String one, String other) {
        int length = 0;
        while (one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return one.substring(0, length);
    }

    private static String id(ProxyServer running) throws CommandFailure {
        try (EventStream stream = EventStream.open(endpoint(running), null)) {
            while (true) {
                for (Object row : stream.next().list("rows")) {
                    if (row instanceof Map<?, ?> members) {
                        return new LiveSession(members).id();
                    }
                }
            }
        }
    }

    private static Socket client(ProxyServer running) throws IOException {
        InetSocketAddress address =
                running.relay().listening().values().iterator().next().get(0);
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(100_000);
        exchange(client);
        return client;
    }

    private static void exchange(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    private static AdminEndpoint endpoint(ProxyServer running) {
        return new AdminEndpoint(
                URI.create("http://127.0.0.1:"
                        + running.adminAddress().orElseThrow().getPort()),
                running.adminToken().orElseThrow());
    }

    private static ProxyServer started(EchoService service, String admin) throws Exception {
        Config config = ConfigReader.ofRoute(
                new Located<>("db", Location.of("--name")),
                List.of(new Located<>("127.0.0.1:0", Location.of("--listen"))),
                List.of(new Located<>("127.0.0.1:" + service.port(), Location.of("--upstream"))),
                new Overrides(Map.of())
                        .flag("--admin", "admin.listen", admin)
                        .flag("--capture", "routes[].capture", "off"));
        return ProxyServer.start(config, null);
    }
}
