package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;

/**
 * One session between a client and a server, and what the record must contain.
 *
 * @param closing what the peers did to close, in order, with spaces between
 * @param sentAgain the end that must have sent its SYN or SYN-ACK again, as a pointer into the record; empty for none
 * @param result how the only attempt to reach the server failed; empty when it did not
 */
record Scene(String name, String outcome, String closing, String sentAgain, Play play, String result) {
    private static final int LONG_ANSWER_BYTES = 50_000;
    private static final int LONG_REQUEST_BYTES = 1_000_000;
    private static final int SMALL_BUFFER_BYTES = 8_192;

    private static final String TO_SERVER = "tcp dport " + Stage.SERVER_PORT;

    /** All of them. */
    static final List<Scene> ALL = List.of(
            new Scene("ordinary", "clean", "client.fin upstream.fin", "", stage -> stage.exchange(Scene::closeBoth)),
            new Scene(
                    "half close",
                    "clean",
                    "client.fin upstream.fin",
                    "",
                    stage -> stage.exchange((client, server) -> {
                        client.shutdownOutput();
                        Stage.readToTheEnd(server);
                        server.getOutputStream().write(new byte[LONG_ANSWER_BYTES]);
                        server.close();
                        assertThat(client.getInputStream().readAllBytes()).hasSize(LONG_ANSWER_BYTES);
                    })),
            new Scene(
                    "server first",
                    "clean",
                    "upstream.fin client.fin",
                    "",
                    stage -> stage.exchange((client, server) -> {
                        server.shutdownOutput();
                        Stage.readToTheEnd(client);
                        client.getOutputStream().write(new byte[Stage.REQUEST_BYTES]);
                        client.close();
                        assertThat(server.getInputStream().readAllBytes()).hasSize(Stage.REQUEST_BYTES);
                    })),
            new Scene(
                    "client resets",
                    "reset",
                    "client.rst",
                    "",
                    stage -> stage.exchange((client, server) -> {
                        client.setSoLinger(true, 0);
                        client.close();
                        Stage.readToTheEnd(server);
                    })),
            new Scene(
                    "server resets",
                    "reset",
                    "upstream.rst",
                    "",
                    stage -> stage.exchange((client, server) -> {
                        server.setSoLinger(true, 0);
                        server.close();
                        Stage.readToTheEnd(client);
                    })),
            new Scene(
                    "server resets after clients fin",
                    "reset",
                    "client.fin upstream.rst",
                    "",
                    stage -> stage.exchange((client, server) -> {
                        client.shutdownOutput();
                        Stage.readToTheEnd(server);
                        server.setSoLinger(true, 0);
                        server.close();
                        Stage.readToTheEnd(client);
                    })),
            failing("refused by rst", "refused", Stage::withoutServer),
            failing("black hole", "timed_out", stage -> {
                try (Rule rule = Rule.drop(stage.hosts.server(), Hook.INPUT, TO_SERVER)) {
                    int port = stage.inVain();
                    assertThat(rule.packets()).isGreaterThan(1);
                    return port;
                }
            }),
            failing("refused by icmp", "refused", stage -> rejected(stage, "port-unreachable")),
            failing("unreachable by icmp", "network_unreachable", stage -> rejected(stage, "no-route")),
            new Scene("server does not read", "clean", "client.fin upstream.fin", "", Scene::withClosedWindow),
            new Scene(
                    "request is lost once on the upstream leg",
                    "clean",
                    "client.fin upstream.fin",
                    "",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.server(),
                                    Hook.INPUT,
                                    "tcp dport " + Stage.SERVER_PORT + " tcp flags & psh == psh"))),
            new Scene(
                    "fin to the upstream is lost once",
                    "clean",
                    "client.fin upstream.fin",
                    "",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.server(),
                                    Hook.INPUT,
                                    "tcp dport " + Stage.SERVER_PORT + " tcp flags & fin == fin"))),
            new Scene(
                    "clients first syn is lost",
                    "clean",
                    "client.fin upstream.fin",
                    "/client/handshake/originator",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.middle(),
                                    Hook.INPUT,
                                    "tcp dport " + Stage.LISTEN_PORT + " " + Rule.SYN))),
            new Scene(
                    "upstreams first syn is lost",
                    "clean",
                    "client.fin upstream.fin",
                    "/upstream/handshake/originator",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.server(),
                                    Hook.INPUT,
                                    "tcp dport " + Stage.SERVER_PORT + " " + Rule.SYN))),
            new Scene(
                    "syn ack to the client is lost",
                    "clean",
                    "client.fin upstream.fin",
                    "/client/handshake/responder",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.client(),
                                    Hook.INPUT,
                                    "tcp sport " + Stage.LISTEN_PORT + " " + Rule.SYN_ACK))),
            new Scene(
                    "syn ack of the upstream is lost",
                    "clean",
                    "client.fin upstream.fin",
                    "/upstream/handshake/responder",
                    stage -> afterLoss(
                            stage,
                            Rule.dropFirst(
                                    1,
                                    stage.hosts.middle(),
                                    Hook.INPUT,
                                    "tcp sport " + Stage.SERVER_PORT + " " + Rule.SYN_ACK))));

    /** Plays a session, and answers with the client's port. */
    interface Play {
        int on(Stage stage) throws Exception;
    }

    /** What the peers did to close, in order. */
    List<String> order() {
        return closing.isEmpty() ? List.of() : List.of(closing.split(" ", -1));
    }

    private Scene(String name, String outcome, String closing, String sentAgain, Play play) {
        this(name, outcome, closing, sentAgain, play, "");
    }

    private static Scene failing(String name, String result, Play play) {
        return new Scene(name, "connect_failed", "proxy.reset", "", play, result);
    }

    private static int rejected(Stage stage, String icmp) throws Exception {
        try (Rule rule = Rule.rejectWithIcmp(stage.hosts.server(), Hook.INPUT, TO_SERVER + " " + Rule.SYN, icmp)) {
            int port = stage.inVain();
            assertThat(rule.packets()).isPositive();
            return port;
        }
    }

    /** The server reads on once it has offered no window. */
    private static int withClosedWindow(Stage stage) throws Exception {
        String match = "tcp sport " + Stage.SERVER_PORT + " tcp flags & (syn|fin|rst) == 0x0 tcp window 0";
        try (Rule rule = Rule.count(stage.hosts.middle(), Hook.INPUT, match)) {
            return stage.exchange((client, server) -> {
                server.setReceiveBufferSize(SMALL_BUFFER_BYTES);
                Thread asking = new Thread(() -> {
                    try {
                        client.getOutputStream().write(new byte[LONG_REQUEST_BYTES]);
                        client.shutdownOutput();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                asking.start();
                Await.until(() -> "the server's window stays open", () -> rule.packets() > 0);
                assertThat(server.getInputStream().readAllBytes()).hasSize(LONG_REQUEST_BYTES);
                server.close();
                Stage.readToTheEnd(client);
            });
        }
    }

    private static int afterLoss(Stage stage, Rule loss) throws Exception {
        try (loss) {
            int port = stage.exchange(Scene::closeBoth);
            assertThat(loss.packets()).isEqualTo(1);
            return port;
        }
    }

    private static void closeBoth(Socket client, Socket server) throws IOException {
        client.shutdownOutput();
        Stage.readToTheEnd(server);
        server.close();
        Stage.readToTheEnd(client);
    }
}
