package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Namespace;
import dev.finspect.lab.net.Packet;
import dev.finspect.lab.net.Tshark;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The packaged finspect beside connections that it is no part of keeps the headers of those that end badly or hang. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "tshark"},
        root = true)
final class WatchSaveIT {
    private static final int SERVICE = 7_001;

    @Test
    void sessionThatIsResetOrHangsLeavesAFileOfItsOwnPacketsAndOneWithoutAFaultLeavesNone() throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("saved");
                ServerSocket listener = host.in(() -> new ServerSocket(SERVICE))) {
            Path saved = folder.path("saved");
            int clean;
            int reset;
            int hung;
            List<JsonNode> records;
            try (WatchProcess watch =
                            WatchProcess.start(folder, host, "port:" + SERVICE, "--save-pcap", saved.toString());
                    Socket waiting = host.in(WatchSaveIT::connected);
                    Socket silent = listener.accept()) {
                hung = waiting.getLocalPort();
                waiting.getOutputStream().write(bytes("a question"));
                clean = exchange(host, listener, false);
                reset = exchange(host, listener, true);

                JsonNode line = watch.line("session.hung");
                String living = "/api/v1/sessions/" + line.at("/id").asText() + "/capture.pcapng";
                Path shown = Files.write(folder.path("living.pcapng"), watch.get(living));
                assertThat(ports(shown)).containsExactly(hung);

                silent.getOutputStream().write(bytes("the answer"));
                assertThat(waiting.getInputStream().readNBytes(10)).hasSize(10);
                waiting.close();
                silent.close();
                records = List.of(closed(watch, clean), closed(watch, reset), closed(watch, hung));
                String over = "/api/v1/sessions/" + records.get(0).at("/id").asText() + "/capture.pcapng";
                assertThat(ports(Files.write(folder.path("over.pcapng"), watch.get(over))))
                        .containsExactly(clean);
            }
            assertThat(records)
                    .extracting(each -> each.at("/outcome").asText())
                    .containsExactly("clean", "reset", "clean");
            Path ofReset = saved.resolve("finspect-" + records.get(1).at("/id").asText() + "-reset.pcapng");
            Path ofHung = saved.resolve("finspect-" + records.get(2).at("/id").asText() + "-clean.pcapng");
            try (Stream<Path> files = Files.list(saved)) {
                assertThat(files).containsExactlyInAnyOrder(ofReset, ofHung);
            }
            assertThat(ports(ofReset)).containsExactly(reset);
            assertThat(ports(ofHung)).containsExactly(hung);
            JsonNode read = read(ofReset);
            assertThat(read.at("/outcome").asText()).isEqualTo("reset");
            assertThat(read.at("/client/network.peer.port").asInt()).isEqualTo(reset);
            assertThat(read.at("/client/handshake/syn_at"))
                    .isEqualTo(records.get(1).at("/client/handshake/syn_at"));
        }
    }

    private static JsonNode closed(WatchProcess watch, int port) {
        return watch.line(
                "session.closed",
                record -> record.at("/client/network.peer.port").asInt() == port);
    }

    /** A request and its answer, after which the service resets the connection or both ends close it. The client's port. */
    private static int exchange(Namespace host, ServerSocket listener, boolean reset) throws Exception {
        try (Socket client = host.in(WatchSaveIT::connected);
                Socket service = listener.accept()) {
            client.getOutputStream().write(bytes("ask"));
            assertThat(service.getInputStream().readNBytes(3)).hasSize(3);
            service.getOutputStream().write(bytes("say"));
            assertThat(client.getInputStream().readNBytes(3)).hasSize(3);
            service.setSoLinger(reset, 0);
            return client.getLocalPort();
        }
    }

    /** The originators' ports of all packets in a file. */
    private static Set<Integer> ports(Path file) {
        List<Packet> packets = Tshark.read(file, SERVICE);
        assertThat(packets).as(file.toString()).isNotEmpty();
        return packets.stream()
                .map(packet -> packet.sourcePort() == SERVICE ? packet.destinationPort() : packet.sourcePort())
                .collect(Collectors.toSet());
    }

    /** The only record of a file. */
    private static JsonNode read(Path file) {
        return RecordSchema.valid(Program.of(FinspectProgram.command("read", "-o", "ndjson", file.toString()))
                .succeed()
                .text()
                .strip());
    }

    private static Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", SERVICE));
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
