package dev.finspect.lab.hang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.NeedsPrograms;
import dev.finspect.lab.Program;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.PromptSocket;
import dev.finspect.lab.net.Rule;
import dev.finspect.lab.net.Rule.Hook;
import dev.finspect.lab.net.Tcpdump;
import dev.finspect.log.RecordSchema;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Handshakes that a client does not finish. Only a capture shows them: tcpdump's, read by the packaged finspect. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "tcpdump"},
        root = true)
final class HalfOpenIT {
    private static final int PORT = 15_000;
    /** Longer than a handshake may take, with SYNs after 1, 2, 3 and 4 s, or 1 and 3 on older kernels. */
    private static final int HANDSHAKE_MILLIS = 4_500;

    private static final int PATIENCE_MILLIS = 120_000;

    @Test
    void synAcksThatAreLostAreTheNetworks() throws Exception {
        try (Hosts hosts = Hosts.inARow();
                LabFolder folder = new LabFolder();
                ServerSocket listener = listen(hosts);
                Tcpdump tcpdump = Tcpdump.start(hosts.middle(), folder);
                Rule loss = Rule.drop(hosts.client(), Hook.INPUT, "tcp sport " + PORT)) {
            assertThatThrownBy(() -> connect(hosts, HANDSHAKE_MILLIS)).isInstanceOf(SocketTimeoutException.class);
            assertThat(loss.packets()).isGreaterThan(1);
            assertThat(listener.isBound()).isTrue();
            List<JsonNode> found = findings(tcpdump.finish());
            assertThat(found).singleElement().satisfies(finding -> {
                assertThat(finding.at("/id").asText()).isEqualTo("handshake-unfinished");
                assertThat(finding.at("/blame").asText()).isEqualTo("network_to_client");
                assertThat(finding.at("/confidence").asText()).isEqualTo("likely");
            });
        }
    }

    @Test
    void clientThatSaysNothingMoreMayBeToBlame() throws Exception {
        String onlySyns = "tcp dport " + PORT + " tcp flags & syn == 0";
        try (Hosts hosts = Hosts.inARow();
                LabFolder folder = new LabFolder();
                ServerSocket listener = listen(hosts);
                Rule silence = Rule.drop(hosts.client(), Hook.OUTPUT, onlySyns);
                Tcpdump tcpdump = Tcpdump.start(hosts.middle(), folder);
                Socket client = connect(hosts, PATIENCE_MILLIS)) {
            // SYN-ACKs are repeated after 1 and 3 s, and the answer to each is dropped.
            Place.until("SYN-ACKs are not repeated", Place.Step.NONE, () -> silence.packets() >= 3);
            assertThat(client.isConnected() && listener.isBound()).isTrue();
            List<JsonNode> found = findings(tcpdump.finish());
            assertThat(found).singleElement().satisfies(finding -> {
                assertThat(finding.at("/id").asText()).isEqualTo("handshake-unfinished");
                assertThat(finding.at("/blame").asText()).isEqualTo("client");
                assertThat(finding.at("/confidence").asText()).isEqualTo("possible");
            });
        }
    }

    @Test
    void handshakeThatIsFinishedLateBlamesNobody() throws Exception {
        try (Hosts hosts = Hosts.inARow();
                LabFolder folder = new LabFolder();
                ServerSocket listener = listen(hosts);
                Rule loss = Rule.dropFirst(1, hosts.client(), Hook.INPUT, "tcp sport " + PORT + " " + Rule.SYN_ACK);
                Tcpdump tcpdump = Tcpdump.start(hosts.middle(), folder)) {
            try (Socket client = connect(hosts, PATIENCE_MILLIS);
                    Socket server = listener.accept()) {
                Place.exchange(new Place.Pair(client, server));
                Place.finish(new Place.Pair(client, server));
            }
            assertThat(loss.packets()).isEqualTo(1);
            assertThat(findings(tcpdump.finish())).isEmpty();
        }
    }

    private static ServerSocket listen(Hosts hosts) throws Exception {
        return hosts.middle().in(() -> new ServerSocket(PORT, 5, hosts.middleAddress(false)));
    }

    private static Socket connect(Hosts hosts, int millis) throws Exception {
        return hosts.client().in(() -> {
            Socket socket = new PromptSocket();
            try {
                socket.connect(new InetSocketAddress(hosts.middleAddress(false), PORT), millis);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
            return socket;
        });
    }

    private static List<JsonNode> findings(Path capture) {
        String output = Program.of(FinspectProgram.command(List.of("-Xmx64m"), "read", capture.toString()))
                .succeed()
                .text();
        List<JsonNode> all = new ArrayList<>();
        output.lines()
                .map(RecordSchema::valid)
                .forEach(record -> record.at("/findings").forEach(all::add));
        return all;
    }
}
