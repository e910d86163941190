package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.Namespace;
import dev.finspect.log.RecordSchema;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An interface goes away while finspect captures on it and a session lives across it. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip"},
        root = true)
final class VanishedInterfaceIT {
    private static final int PORT = 15_000;
    private static final int SERVER_PORT = 8080;
    private static final int PATIENCE_MILLIS = 120_000;

    @Test
    void othersAreServedAndCapturedAndItsSessionIsRecorded() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow()) {
            List<String> command = FinspectProgram.command(
                    "run",
                    "--listen",
                    ":" + PORT,
                    "--upstream",
                    "10.77.2.2:" + SERVER_PORT,
                    "--admin",
                    "off",
                    "--drain",
                    "0s",
                    "--log-format",
                    "json",
                    "--log-detail",
                    "full",
                    "--log-file",
                    folder.path("log").toString(),
                    "--port-file",
                    folder.path("ports").toString());
            try (Background finspect = Background.start(
                            folder.path("output"), hosts.middle().command(command));
                    ServerSocket server = hosts.server().in(() -> {
                        ServerSocket bound = new ServerSocket();
                        bound.setSoTimeout(PATIENCE_MILLIS);
                        bound.bind(new InetSocketAddress("10.77.2.2", SERVER_PORT));
                        return bound;
                    })) {
                Await.until(() -> "no start\n" + finspect.output(), () -> Files.exists(folder.path("ports")));
                try (Socket client = connect(hosts.client(), "10.77.1.1");
                        Socket accepted = server.accept()) {
                    client.getOutputStream().write(7);
                    assertThat(accepted.getInputStream().read()).isEqualTo(7);
                    hosts.middle().ip("link del " + Hosts.MIDDLE_LINK_TO_CLIENT);
                    for (int i = 0; i < 3; i++) {
                        try (Socket other = connect(hosts.server(), "10.77.2.1");
                                Socket otherAccepted = server.accept()) {
                            other.getOutputStream().write(8);
                            other.shutdownOutput();
                            assertThat(otherAccepted.getInputStream().readAllBytes())
                                    .containsExactly(8);
                            otherAccepted.shutdownOutput();
                            assertThat(other.getInputStream().readAllBytes()).isEmpty();
                        }
                    }
                    assertThat(finspect.stop()).as(finspect.output()).isZero();
                }
                assertThat(finspect.output()).doesNotContain("Exception", "no packets are captured");
                List<JsonNode> records = Files.readAllLines(folder.path("log")).stream()
                        .map(RecordSchema::valid)
                        .filter(record -> record.at("/event").asText().equals("session.closed"))
                        .toList();
                assertThat(records).hasSize(4);
                assertThat(records.stream()
                                .filter(r -> r.at("/outcome").asText().equals("clean")))
                        .hasSize(3)
                        .allSatisfy(record -> assertThat(
                                        record.at("/client/handshake/syn_at").isTextual())
                                .isTrue());
            }
        }
    }

    private static Socket connect(Namespace from, String address) throws Exception {
        return from.in(() -> {
            Socket connected = new Socket();
            connected.setSoTimeout(PATIENCE_MILLIS);
            connected.connect(new InetSocketAddress(address, PORT), PATIENCE_MILLIS);
            return connected;
        });
    }
}
