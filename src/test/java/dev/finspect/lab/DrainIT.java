package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.log.RecordSchema;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client whose handshake is under way when finspect is told to end. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "sysctl"},
        root = true)
final class DrainIT {
    private static final int PORT = 15_000;
    private static final int SERVER_PORT = 8080;
    private static final int PATIENCE_MILLIS = 120_000;

    /**
     * The client's last ACK of the handshake is lost; to the client the connection stands, and finspect serves it. Root may
     * attach a filter to the listener, another user may not. With SYN cookies the kernel knows nothing of the handshake.
     */
    @ParameterizedTest
    @CsvSource({
        "false, root, false",
        "true, root, false",
        "false, nobody, false",
        "true, nobody, false",
        "false, root, true",
        "true, root, true"
    })
    void isServed(boolean v6, String user, boolean cookies) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow()) {
            if (cookies) {
                Program.of(hosts.middle().command(List.of("sysctl", "-qw", "net.ipv4.tcp_syncookies=2")))
                        .succeed();
            }
            Path own = user.equals("root") ? folder.path(".") : folder.ownDirectory("own");
            Path log = own.resolve("log");
            Path ports = own.resolve("ports");
            InetAddress middle = hosts.middleAddress(v6);
            String listen = (v6 ? "[" + middle.getHostAddress() + "]" : middle.getHostAddress()) + ":" + PORT;
            InetSocketAddress service = new InetSocketAddress("10.77.2.2", SERVER_PORT);
            List<String> command = new ArrayList<>(FinspectProgram.command(
                    "run",
                    "--listen",
                    listen,
                    "--upstream",
                    "10.77.2.2:" + SERVER_PORT,
                    "--admin",
                    "off",
                    "--capture",
                    "off",
                    "--log-format",
                    "json",
                    "--log-detail",
                    "full",
                    "--log-file",
                    log.toString(),
                    "--port-file",
                    ports.toString()));
            if (!user.equals("root")) {
                command.addAll(List.of("--user", user));
            }
            try (Background finspect = Background.start(
                            folder.path("output"), hosts.middle().command(command));
                    ServerSocket server = hosts.server().in(() -> {
                        ServerSocket bound = new ServerSocket();
                        bound.setSoTimeout(PATIENCE_MILLIS);
                        bound.bind(service);
                        return bound;
                    })) {
                Await.until(() -> "no start\n" + finspect.output(), () -> Files.exists(ports));
                try (Socket before = connect(hosts, middle);
                        Socket acceptedBefore = server.accept()) {
                    nft(hosts, "add table inet lost");
                    nft(hosts, "add chain inet lost out { type filter hook output priority 0; }");
                    nft(hosts, "add rule inet lost out tcp dport " + PORT + " tcp flags & (syn|ack) == ack drop");
                    try (Socket client = connect(hosts, middle)) {
                        finspect.process().destroy();
                        Await.until(
                                () -> "it does not drain\n" + finspect.output(),
                                () -> finspect.output().contains("SIGTERM: waiting"));
                        nft(hosts, "delete table inet lost");
                        client.getOutputStream().write(7);
                        client.shutdownOutput();
                        try (Socket accepted = server.accept()) {
                            assertThat(accepted.getInputStream().readAllBytes()).containsExactly(7);
                        }
                        assertThat(client.getInputStream().readAllBytes()).isEmpty();
                    }
                    assertThat(acceptedBefore.isConnected()).isTrue();
                    before.shutdownOutput();
                    acceptedBefore.shutdownOutput();
                    assertThat(before.getInputStream().readAllBytes()).isEmpty();
                }
                assertThat(finspect.stop()).as(finspect.output()).isZero();
                assertThat(finspect.output()).doesNotContain("may be reset");
                List<JsonNode> records = Files.readAllLines(log).stream()
                        .map(RecordSchema::valid)
                        .toList();
                assertThat(records)
                        .hasSize(2)
                        .allSatisfy(record ->
                                assertThat(record.at("/outcome").asText()).isEqualTo("clean"));
            }
        }
    }

    private static Socket connect(Hosts hosts, InetAddress middle) throws Exception {
        return hosts.client().in(() -> {
            Socket connected = new Socket();
            connected.setSoTimeout(PATIENCE_MILLIS);
            connected.connect(new InetSocketAddress(middle, PORT), PATIENCE_MILLIS);
            return connected;
        });
    }

    private static void nft(Hosts hosts, String command) {
        Program.of(hosts.client().command(List.of("nft", command))).succeed();
    }
}
