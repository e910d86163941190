package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code finspect explain --host} on a host with six troubles at once, and with healthy connections. All have addresses that no
 * other test uses, since the command sees the whole machine.
 */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "nc", "setpriv"},
        root = true)
final class HostExplainIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OURS = "host:10.91.0.0/16";
    private static final String SERVER = "10.91.1.2";
    private static final String DEAD = "10.91.2.2";
    private static final int PATIENCE_MILLIS = 120_000;

    private static final int STOPPED = 7001;
    private static final int LEAK = 7002;
    private static final int QUEUE = 7003;
    private static final int BLACK_HOLE = 7004;
    private static final int NOT_READ = 7005;
    private static final int GONE = 7006;
    private static final int HEALTHY = 7007;

    /** Five seconds are the figure; a machine may be ten times slower. */
    private static final Duration GUARD = Duration.ofSeconds(50);

    private final LabFolder folder = new LabFolder();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Namespace client;
    private final Namespace server;
    private final Namespace dead;

    HostExplainIT() throws IOException {
        client = keep(Namespace.make("client"));
        server = keep(Namespace.make("server"));
        dead = keep(Namespace.make("dead"));
        join(server, "server0", 1);
        join(dead, "dead0", 2);
    }

    private void join(Namespace end, String link, int net) {
        end.ip("link add " + link + " type veth peer name to-" + link + " netns " + client.name());
        end.ip("addr add 10.91." + net + ".2/24 dev " + link);
        end.ip("link set " + link + " up");
        client.ip("addr add 10.91." + net + ".1/24 dev to-" + link);
        client.ip("link set to-" + link + " up");
    }

    private <T extends AutoCloseable> T keep(T made) {
        open.add(made);
        return made;
    }

    @AfterEach
    void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        folder.close();
    }

    @Test
    void sixTroublesAreNamedAndNobodyElseIsBlamed() throws Exception {
        plantHealthy();
        plantStopped();
        plantLeak();
        plantFullQueue();
        plantBlackHole();
        plantNotRead();
        plantDeadPeer();

        // Those of whom a slow reader has 30 s grow surer then, and a busy machine may take as long.
        Map<Integer, String> expected = new TreeMap<>(Map.of(
                STOPPED, "upstream-silent upstream proved",
                LEAK, "upstream-not-closing upstream (possible|likely)",
                BLACK_HOLE, "network-loss network_to_upstream proved",
                NOT_READ, "upstream-not-reading upstream (possible|proved)",
                GONE, "peer-vanished upstream_side proved"));
        Await.until(() -> "not all are named: " + found(explain()), () -> {
            JsonNode answer = explain();
            Map<Integer, TreeSet<String>> found = found(answer);
            assertThat(found).as("%s", answer).doesNotContainKey(HEALTHY);
            boolean all = expected.entrySet().stream()
                    .allMatch(each -> String.join(", ", found.getOrDefault(each.getKey(), new TreeSet<>()))
                            .matches(each.getValue()));
            TreeSet<String> queue = found.getOrDefault(QUEUE, new TreeSet<>());
            return all
                    && queue.equals(new TreeSet<>(
                            List.of("backlog-full upstream proved", "upstream-not-accepting upstream proved")));
        });
        assertText();
    }

    /** What a person reads: a line and a sentence for each cause, programs, and commands that run where the sockets are. */
    private void assertText() {
        Program.Ran ran = Program.of(command("explain", "--host", OURS, "--all", "--fail-on", "any"))
                .within(GUARD)
                .run();
        assertThat(ran.exit()).as(ran.text() + ran.errors()).isEqualTo(5);
        assertThat(ran.text())
                .containsPattern("  upstream-not-accepting +proved +upstream")
                .contains(
                        "of this host (",
                        "nc (",
                        "ruled out",
                        "remains open",
                        "ip netns exec " + server.name() + " ss -tanpeoi 'src " + SERVER + ":" + STOPPED)
                .doesNotContain("finspect's", "had been idle");
        Program.Ran one = Program.of(command("explain", "--port", String.valueOf(GONE), OURS))
                .within(GUARD)
                .run();
        assertThat(one.exit()).isZero();
        assertThat(one.text()).contains("peer-vanished").doesNotContain("network-loss");
    }

    @Test
    void anotherUserIsToldWhatIsMissing() throws Exception {
        plantStopped();
        Path temporary = folder.ownDirectory("tmp");
        List<String> command = new ArrayList<>(
                List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
        command.addAll(FinspectProgram.command(List.of("-Djava.io.tmpdir=" + temporary), "explain", "--host", OURS));
        Await.until(() -> "the unread bytes are not found", () -> {
            Program.Ran ran = Program.of(server.command(command)).within(GUARD).run();
            assertThat(ran.exit()).as(ran.errors()).isZero();
            assertThat(ran.text())
                    .contains(
                            "1 network namespace,",
                            "not seen\n",
                            "other network namespaces, which may not be entered; needs root, or",
                            "needs the same user, root, or");
            return ran.text().contains("upstream-silent") && ran.text().contains("unread in the peer's socket");
        });
    }

    private static List<String> command(String... arguments) {
        return FinspectProgram.command(arguments);
    }

    private static JsonNode explain() {
        try {
            Program.Ran ran = Program.of(command("explain", "--host", OURS, "-o", "json"))
                    .within(GUARD)
                    .succeed();
            return JSON.readTree(ran.output());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Findings by the port of the service, each with its blame and how sure the hang is. */
    private static Map<Integer, TreeSet<String>> found(JsonNode answer) {
        Map<Integer, TreeSet<String>> found = new TreeMap<>();
        for (JsonNode session : answer.at("/sessions")) {
            String upstream = session.at("/upstream").asText();
            int port = Integer.parseInt(upstream.substring(upstream.lastIndexOf(':') + 1));
            for (JsonNode finding : session.at("/findings")) {
                found.computeIfAbsent(port, unused -> new TreeSet<>())
                        .add(finding.at("/id").asText() + " "
                                + finding.at("/blame").asText() + " "
                                + finding.at("/hang").asText());
            }
        }
        return found;
    }

    private ServerSocket listen(Namespace host, String address, int port, int backlog, int receiveBytes)
            throws Exception {
        return keep(host.in(() -> {
            ServerSocket bound = new ServerSocket();
            bound.setReuseAddress(true);
            bound.setSoTimeout(PATIENCE_MILLIS);
            if (receiveBytes > 0) {
                bound.setReceiveBufferSize(receiveBytes);
            }
            bound.bind(new InetSocketAddress(address, port), backlog);
            return bound;
        }));
    }

    private Socket connect(String address, int port) throws Exception {
        return keep(client.in(() -> {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        }));
    }

    private SocketChannel connecting(String address, int port) throws Exception {
        return keep(client.in(() -> {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(address, port));
            return channel;
        }));
    }

    private void converse(Socket one, Socket other) throws IOException {
        one.getOutputStream().write(new byte[200]);
        assertThat(other.getInputStream().readNBytes(200)).hasSize(200);
        other.getOutputStream().write(new byte[300]);
        assertThat(one.getInputStream().readNBytes(300)).hasSize(300);
    }

    /** At rest after an answer, after none, and never used; at a service that says nothing. */
    private void plantHealthy() throws Exception {
        ServerSocket listener = listen(server, SERVER, HEALTHY, 50, 0);
        for (int i = 0; i < 5; i++) {
            Socket socket = connect(SERVER, HEALTHY);
            Socket accepted = keep(listener.accept());
            if (i > 0) {
                converse(socket, accepted);
            }
            if (i > 2) {
                socket.getOutputStream().write(new byte[80]);
                assertThat(accepted.getInputStream().readNBytes(80)).hasSize(80);
            }
        }
    }

    private void plantStopped() throws Exception {
        Background nc = keep(Background.start(
                folder.path("nc"),
                server.command(List.of(Programs.path("nc"), "-d", "-l", SERVER, String.valueOf(STOPPED)))));
        awaitListening(server, STOPPED);
        Socket socket = connect(SERVER, STOPPED);
        socket.getOutputStream().write(new byte[10]);
        Await.until(nc::output, () -> size(folder.path("nc")) >= 10);
        Signals.send(nc.process(), "STOP");
        open.add(() -> Signals.send(nc.process(), "CONT"));
        socket.getOutputStream().write(new byte[21]);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void awaitListening(Namespace host, int port) {
        List<String> command = host.command(List.of(Programs.path("ss"), "-Hltn", "sport = :" + port));
        Await.until(
                () -> "nothing listens on " + port,
                () -> !Program.of(command).succeed().text().isBlank());
    }

    private void plantLeak() throws Exception {
        ServerSocket listener = listen(server, SERVER, LEAK, 50, 0);
        for (int i = 0; i < 3; i++) {
            Socket socket = connect(SERVER, LEAK);
            Socket accepted = keep(listener.accept());
            converse(socket, accepted);
            socket.close();
        }
    }

    private void plantFullQueue() throws Exception {
        listen(server, SERVER, QUEUE, 1, 0);
        for (int i = 0; i < 5; i++) {
            connecting(SERVER, QUEUE);
        }
    }

    private void plantBlackHole() throws Exception {
        ServerSocket listener = listen(server, SERVER, BLACK_HOLE, 50, 0);
        Socket socket = connect(SERVER, BLACK_HOLE);
        converse(socket, keep(listener.accept()));
        for (String rule : List.of(
                "add table inet hole",
                "add chain inet hole in { type filter hook input priority 0 ; }",
                "add rule inet hole in tcp dport " + BLACK_HOLE + " drop")) {
            Program.of(server.command(List.of(Programs.path("nft"), rule))).succeed();
        }
        socket.getOutputStream().write(new byte[500]);
    }

    private void plantNotRead() throws Exception {
        ServerSocket listener = listen(server, SERVER, NOT_READ, 50, 8_192);
        SocketChannel channel = connecting(SERVER, NOT_READ);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 16_384);
        keep(listener.accept());
        Await.until(() -> "not connected", () -> {
            try {
                return channel.finishConnect();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int full = 0; full < 50; ) {
            full = channel.write(ByteBuffer.allocate(4_096)) == 0 ? full + 1 : 0;
        }
    }

    /** Its link goes first, so that nobody hears of its end. */
    private void plantDeadPeer() throws Exception {
        try (Background nc = Background.start(
                folder.path("gone"),
                dead.command(List.of(Programs.path("nc"), "-d", "-l", DEAD, String.valueOf(GONE))))) {
            awaitListening(dead, GONE);
            Socket socket = connect(DEAD, GONE);
            socket.getOutputStream().write(new byte[30]);
            Await.until(nc::output, () -> size(folder.path("gone")) >= 30);
            dead.ip("link del dead0");
            socket.getOutputStream().write(new byte[40]);
        }
        dead.close();
    }
}
