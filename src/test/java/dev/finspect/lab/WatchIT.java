package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.finspect.lab.net.Namespace;
import dev.finspect.lab.net.Tcpdump;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The packaged finspect beside connections that it is no part of, in network namespaces of the test's own. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "setpriv", "tcpdump"},
        root = true)
final class WatchIT {
    private static final int SERVICE = 7_001;

    /** A request, and an answer that never comes until the client has seen the hang named. */
    @Test
    void hangIsNamedWhileItLastsAndGoneWhenTheAnswerComes() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("watched");
                ServerSocket listener = host.in(() -> new ServerSocket(SERVICE));
                WatchProcess watch = WatchProcess.start(folder, host, "port:" + SERVICE);
                Socket client = host.in(() -> connected("127.0.0.1"));
                Socket service = listener.accept()) {
            client.getOutputStream().write(bytes("a question"));
            assertThat(service.getInputStream().readNBytes(10)).hasSize(10);

            JsonNode hung = watch.line("session.hung");
            assertThat(hung.at("/finding/id").asText()).isEqualTo("upstream-silent");
            assertThat(hung.at("/client/network.peer.port").asInt()).isEqualTo(client.getLocalPort());
            String explained = watch.ask("explain").replaceAll("\\s+", " ");
            assertThat(explained)
                    .contains("upstream 127.0.0.1:" + SERVICE)
                    .contains("has not answered")
                    .contains("has read it and is working or waiting elsewhere");
            assertThat(watch.ask("sessions", "hung")).contains("upstream-silent");
            assertThat(watch.ask("top", "--once", "-o", "json")).contains("upstream-silent");

            service.getOutputStream().write(bytes("the answer"));
            assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(watch.line("session.recovered").at("/finding/id").asText())
                    .isEqualTo("upstream-silent");
        }
    }

    @Test
    void cleanConnectionHasTheRecordThatAFileOfItHas() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace server = Namespace.make("server");
                Namespace client = Namespace.make("client")) {
            server.ip("link add s0 type veth peer name c0 netns " + client.name());
            server.ip("addr add 10.99.0.1/24 dev s0");
            server.ip("link set s0 up");
            client.ip("addr add 10.99.0.2/24 dev c0");
            client.ip("link set c0 up");
            try (ServerSocket listener = server.in(() -> new ServerSocket(SERVICE));
                    Tcpdump tcpdump = Tcpdump.start(server, folder);
                    WatchProcess watch = WatchProcess.start(folder, server, "host:10.99.0.2", "-i", "s0")) {
                try (Socket asking = client.in(() -> connected("10.99.0.1"));
                        Socket service = listener.accept()) {
                    asking.getOutputStream().write(bytes("a question"));
                    assertThat(service.getInputStream().readNBytes(10)).hasSize(10);
                    service.getOutputStream().write(new byte[40_000]);
                    assertThat(asking.getInputStream().readNBytes(40_000)).hasSize(40_000);
                    asking.shutdownOutput();
                    assertThat(service.getInputStream().read()).isEqualTo(-1);
                    service.shutdownOutput();
                    assertThat(asking.getInputStream().read()).isEqualTo(-1);
                }
                JsonNode watched = watch.line("session.closed");
                Path file = tcpdump.finish();
                Program.Ran read = Program.of(FinspectProgram.command(
                                "read", "--filter", "port:" + SERVICE, "-o", "ndjson", file.toString()))
                        .succeed();
                JsonNode fromFile = RecordSchema.valid(read.text().strip());

                assertThat(watched.at("/outcome").asText()).isEqualTo("clean");
                assertThat(likeAFile(watched)).isEqualTo(likeAFile(fromFile));
            }
        }
    }

    /**
     * Without what differs on purpose: the id, the route that stands for the watch, and how the packets came. Nor with times,
     * which the kernel takes for each of two captures by itself; that they are the same is tested with the same segments.
     */
    private static JsonNode likeAFile(JsonNode record) {
        ObjectNode copy = record.deepCopy();
        for (String field : List.of("id", "route", "listener", "instance")) {
            copy.remove(field);
        }
        JsonNode wire = copy.at("/client/wire");
        assertThat(wire.isObject()).as(record.toString()).isTrue();
        ((ObjectNode) wire).remove(List.of("capture", "dropped_packets", "ending"));
        withoutTimes(copy);
        return copy;
    }

    private static void withoutTimes(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
                String name = each.getKey();
                boolean time = name.equals("at") || name.endsWith("_at") || name.endsWith("_seconds");
                if (time && each.getValue().isValueNode() && !each.getValue().isNull()) {
                    object.put(name, "known");
                }
            }
        }
        node.forEach(WatchIT::withoutTimes);
    }

    @Test
    void connectionThatHadBegunIsFollowedFromItsMiddleAndNothingIsConcludedFromWhatWasNotSeen() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("watched");
                ServerSocket listener = host.in(() -> new ServerSocket(SERVICE));
                Socket client = host.in(() -> connected("127.0.0.1"));
                Socket service = listener.accept()) {
            client.getOutputStream().write(bytes("before it"));
            assertThat(service.getInputStream().readNBytes(9)).hasSize(9);
            try (WatchProcess watch = WatchProcess.start(folder, host, "port:" + SERVICE)) {
                service.getOutputStream().write(bytes("the answer"));
                assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
                Await.until(watch::output, () -> watch.ask("sessions").contains(":" + client.getLocalPort()));
                client.close();
                service.close();
                JsonNode closed = watch.line("session.closed");
                assertThat(closed.at("/client/handshake/syn_at").isNull())
                        .as(closed.toString())
                        .isTrue();
                assertThat(closed.at("/client/wire/start_missed").asBoolean()).isTrue();
                assertThat(closed.at("/findings")).isEmpty();
            }
        }
    }

    @Test
    void withoutTheCapabilityItSaysWhichOneIsMissing() throws Exception {
        try (LabFolder folder = new LabFolder()) {
            List<String> command = new ArrayList<>(
                    List.of(Programs.path("setpriv"), "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"));
            command.addAll(FinspectProgram.command(
                    List.of("-Djava.io.tmpdir=" + folder.ownDirectory("tmp")), "watch", "--admin", "off", "port:1"));

            Program.Ran ran = Program.of(command).run();

            assertThat(ran.exit()).isEqualTo(1);
            assertThat(ran.errors())
                    .contains("finspect: cannot watch: this process does not have the capability CAP_NET_RAW.")
                    .doesNotContain("Exception");
        }
    }

    /** What an ephemeral container beside a pod's has: the network namespace, an ordinary user, and one capability. */
    @Test
    void oneCapabilityIsEnoughForAnOrdinaryUserInTheNamespace() throws Exception {
        List<String> rights = List.of(
                Programs.path("setpriv"),
                "--reuid",
                "nobody",
                "--regid",
                "nogroup",
                "--clear-groups",
                "--inh-caps",
                "+net_raw",
                "--ambient-caps",
                "+net_raw",
                "--bounding-set",
                "-all,+net_raw");
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("pod");
                ServerSocket listener = host.in(() -> new ServerSocket(SERVICE));
                WatchProcess watch = WatchProcess.start(rights, folder, host, "port:" + SERVICE);
                Socket client = host.in(() -> connected("127.0.0.1"));
                Socket service = listener.accept()) {
            client.getOutputStream().write(bytes("a question"));
            assertThat(service.getInputStream().readNBytes(10)).hasSize(10);

            assertThat(watch.line("session.hung").at("/finding/id").asText()).isEqualTo("upstream-silent");
            assertThat(watch.ask("explain").replaceAll("\\s+", " "))
                    .contains("unread in the peer's socket, bytes: 0")
                    .contains("could not be seen:");
        }
    }

    private static Socket connected(String address) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(address, SERVICE));
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
