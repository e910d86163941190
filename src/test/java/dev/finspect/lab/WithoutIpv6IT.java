package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import dev.finspect.log.RecordSchema;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host without IPv6 whose clients send PROXY headers with IPv6 addresses (CVE-2024-23325 of Envoy). */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip"},
        root = true)
final class WithoutIpv6IT {
    private static final int SERVER_PORT = 8080;
    private static final int PATIENCE_MILLIS = 120_000;
    private static final byte[] V1 =
            "PROXY TCP6 2001:db8::1 2001:db8::2 4000 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = HexFormat.of()
            .parseHex("0d0a0d0a000d0a515549540a" + "21210024" + "20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002" + "0fa001bb");

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void itsHeadersAreReadRecordedAndSent(String sent) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback()) {
            hosts.middle().set("net/ipv6/conf/all/disable_ipv6", "1");
            hosts.middle().set("net/ipv6/conf/lo/disable_ipv6", "1");
            Path config = folder.file(
                    "finspect.yaml",
                    "admin: off\nlog: {file: '" + folder.path("log") + "', format: json, detail: full}\nroutes:\n"
                            + "- {name: default, listen: '127.0.0.1:0', upstream: '127.0.0.1:" + SERVER_PORT
                            + "', proxy_protocol: {accept_from: 127.0.0.0/8, send: " + sent + "}}\n");
            List<String> command = FinspectProgram.command(
                    List.of("-Djava.net.preferIPv4Stack=true"),
                    "run",
                    "-c",
                    config.toString(),
                    "--port-file",
                    folder.path("ports").toString());
            try (Background finspect = Background.start(
                            folder.path("output"), hosts.middle().command(command));
                    ServerSocket server = hosts.server().in(() -> {
                        ServerSocket bound = new ServerSocket();
                        bound.setSoTimeout(PATIENCE_MILLIS);
                        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER_PORT));
                        return bound;
                    })) {
                Await.until(() -> "no start\n" + finspect.output(), () -> Files.exists(folder.path("ports")));
                int port = Integer.parseInt(
                        Files.readString(folder.path("ports")).strip().split("=", -1)[1]);
                for (byte[] header : List.of(V1, V2, V1)) {
                    try (Socket client = hosts.client().in(() -> new Socket(InetAddress.getLoopbackAddress(), port))) {
                        OutputStream out = client.getOutputStream();
                        out.write(header);
                        out.write('q');
                        client.shutdownOutput();
                        try (Socket accepted = server.accept()) {
                            byte[] read = accepted.getInputStream().readAllBytes();
                            assertThat(read).hasSizeGreaterThan(40).endsWith('q');
                        }
                        assertThat(client.getInputStream().readAllBytes()).isEmpty();
                    }
                }
                assertThat(finspect.stop()).as(finspect.output()).isZero();
                assertThat(finspect.output()).doesNotContain("Exception");
                List<JsonNode> records = Files.readAllLines(folder.path("log")).stream()
                        .map(RecordSchema::valid)
                        .toList();
                assertThat(records).hasSize(3).allSatisfy(record -> {
                    assertThat(record.at("/outcome").asText()).isEqualTo("clean");
                    assertThat(record.toString()).contains("2001:db8::1");
                });
            }
        }
    }
}
