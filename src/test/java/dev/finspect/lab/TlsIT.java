package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.fixture.TlsBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A route with {@code tls: observe} before a real server of TLS: what it records of real clients, and whom it blames. */
@NeedsPrograms({"openssl", "curl"})
final class TlsIT {
    private static final int PATIENCE_MILLIS = 180_000;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void healthyHandshakesAreRecordedAndNobodyIsBlamed(String engine) throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Background server = server(folder, port);
                ProxyProcess proxy = proxy(folder, engine, port, "1s")) {
            String url = "https://curl.example:" + proxy.port() + "/";
            String to = "curl.example:" + proxy.port() + ":127.0.0.1";
            for (String version : List.of("1.2", "1.3")) {
                Program.of(
                                Programs.path("curl"),
                                "-q",
                                "-sSk",
                                "--noproxy",
                                "*",
                                "--http1.1",
                                "--fail",
                                "--tlsv" + version,
                                "--tls-max",
                                version,
                                "--resolve",
                                to,
                                url)
                        .succeed();
                sClient(proxy, "-tls" + version.replace('.', '_'), "-servername", "client.example");
            }
            // A ClientHello of more than one segment of Ethernet; one that is answered by a HelloRetryRequest; one that
            // is refused.
            sClient(
                    proxy,
                    "-servername",
                    "large.example",
                    "-alpn",
                    String.join(",", Collections.nCopies(20, "x".repeat(100))) + ",http/1.1");
            sClient(proxy, "-servername", "retry.example", "-groups", "X448:P-256");
            Program.of(sClientCommand(
                            proxy,
                            "-tls1_2",
                            "-cipher",
                            "ECDHE-ECDSA-AES128-GCM-SHA256",
                            "-servername",
                            "refused.example"))
                    .run();

            Records records = proxy.stop();
            assertThat(server.process().isAlive()).isTrue();
            assertThat(records.with("/client/tls/server_name", "curl.example")).hasSize(2);
            assertThat(records.with("/client/tls/server_name", "client.example"))
                    .hasSize(2);
            for (JsonNode session : records.with("/client/tls/server_name", "curl.example")) {
                assertThat(session.at("/client/tls/close_notify").asBoolean()).isTrue();
                assertThat(session.at("/upstream/tls/hello_seconds").asDouble()).isPositive();
                boolean older = session.at("/upstream/tls/versions/0").asText().equals("1.2");
                assertThat(session.at("/client/tls/sources/close_notify").asText())
                        .isEqualTo(older ? "socket" : "inferred");
                assertThat(session.at("/upstream/tls/protocols").toString()).isEqualTo(older ? "[\"http/1.1\"]" : "[]");
            }
            JsonNode large =
                    records.with("/client/tls/server_name", "large.example").get(0);
            assertThat(large.at("/client/tls/hello_bytes").asInt()).isGreaterThan(1_500);
            assertThat(records.with("/client/tls/server_name", "retry.example")
                            .get(0)
                            .at("/client/tls/hello_retry_at")
                            .isNull())
                    .isFalse();
            assertThat(records.with("/client/tls/server_name", "refused.example")
                            .get(0)
                            .at("/upstream/tls/alert")
                            .asText())
                    .isEqualTo("handshake_failure");
            for (JsonNode session : records.all()) {
                assertThat(session.at("/findings").findValuesAsText("id"))
                        .as(session.toString())
                        .doesNotContain("tls-handshake-stalled", "not-tls");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aStoppedServerOwesItsServerHello(String engine) throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Background server = server(folder, port);
                ProxyProcess proxy = proxy(folder, engine, port, "2s");
                Socket client = connect(proxy)) {
            Await.until(() -> "not accepted\n" + server.output(), () -> accepted(server));
            Signals.send(server.process(), "STOP");
            try {
                client.getOutputStream().write(hello());
                String line = proxy.lineWith("\"id\":\"tls-handshake-stalled\"");
                assertThat(line).contains("owes a ServerHello", "for db.example");
                assertThat(line).contains("\"upstream\"");
                if (engine.equals("epoll")) {
                    // Without tcp_info it would not be known that the server's kernel has it all. Two look-ups of its
                    // socket show that its program does not read; the line may have come before them.
                    Await.until(
                            () -> "the upstream is not blamed\n" + explained(proxy),
                            () -> explained(proxy).contains("blame upstream"));
                }
            } finally {
                Signals.send(server.process(), "CONT");
            }
            client.close();
            JsonNode session = proxy.stop().only();
            assertThat(session.at("/findings").findValuesAsText("id")).contains("tls-handshake-stalled");
        }
    }

    private static String explained(ProxyProcess proxy) {
        try {
            return HttpGet.of(proxy.admin("/api/v1/explain?format=text")).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aClientThatSendsHalfOfItsHelloOwesTheRest(String engine) throws IOException {
        int port = Background.freePort();
        byte[] hello = hello();
        try (LabFolder folder = new LabFolder();
                Background server = server(folder, port);
                ProxyProcess proxy = proxy(folder, engine, port, "2s");
                Socket client = connect(proxy)) {
            client.getOutputStream().write(hello, 0, 40);
            String line = proxy.lineWith("\"id\":\"tls-handshake-stalled\"");
            assertThat(line).contains("40 bytes of the " + hello.length + " bytes of its ClientHello have come");
            client.getOutputStream().write(Arrays.copyOfRange(hello, 40, hello.length));
            // What the server makes of it: an alert, for it has no key share.
            assertThat(client.getInputStream().read()).isEqualTo(TlsBytes.ALERT);
            client.close();
            JsonNode session = proxy.stop().only();
            assertThat(session.at("/client/tls/hello_reads").asInt()).isEqualTo(2);
            assertThat(session.at("/client/tls/server_name").asText()).isEqualTo("db.example");
            assertThat(server.process().isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aClientInClearIsNotTheServersFault(String engine) throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder();
                Background server = server(folder, port);
                ProxyProcess proxy = proxy(folder, engine, port, "2s");
                Socket client = connect(proxy)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            readToEnd(client.getInputStream());
            client.close();
            JsonNode session = proxy.stop().only();
            assertThat(session.at("/client/tls/first_bytes").asText()).isEqualTo("http");
            List<String> found = session.at("/findings").findValuesAsText("id");
            assertThat(found).contains("not-tls").doesNotContain("upstream-silent");
            for (JsonNode finding : session.at("/findings")) {
                assertThat(finding.at("/blame").asText()).as(finding.toString()).isNotEqualTo("upstream");
            }
            assertThat(server.process().isAlive()).isTrue();
        }
    }

    private static void readToEnd(InputStream in) throws IOException {
        try {
            in.readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static byte[] hello() {
        return TlsBytes.clientHello(TlsBytes.serverName("db.example"), TlsBytes.versions(0x0303));
    }

    private static Socket connect(ProxyProcess proxy) throws IOException {
        Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), proxy.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Whether the server holds a second socket: its listener's is the first. */
    private static boolean accepted(Background server) {
        try (Stream<Path> all =
                Files.list(Path.of("/proc", String.valueOf(server.process().pid()), "fd"))) {
            return all.filter(TlsIT::isSocket).count() > 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // It was closed meanwhile.
        }
    }

    private static List<String> sClientCommand(ProxyProcess proxy, String... more) {
        List<String> command = new ArrayList<>(
                List.of(Programs.path("openssl"), "s_client", "-connect", "127.0.0.1:" + proxy.port(), "-quiet"));
        command.addAll(List.of(more));
        return command;
    }

    /** Asks for a page, so that the server says everything and closes. */
    private static void sClient(ProxyProcess proxy, String... more) throws IOException {
        Path request = Files.createTempFile("request", ".txt");
        try {
            Files.writeString(request, "GET / HTTP/1.0\r\n\r\n");
            Program.of(sClientCommand(proxy, more)).input(request).succeed();
        } finally {
            Files.delete(request);
        }
    }

    private static Background server(LabFolder folder, int port) throws IOException {
        Path key = folder.path("key.pem");
        Path certificate = folder.path("certificate.pem");
        Program.of(
                        Programs.path("openssl"),
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=db.example",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .succeed();
        return Background.start(
                        folder.path("server.log"),
                        List.of(
                                Programs.path("openssl"),
                                "s_server",
                                "-accept",
                                "127.0.0.1:" + port,
                                "-cert",
                                certificate.toString(),
                                "-key",
                                key.toString(),
                                // Without X448, which a client offers that is to be asked for a second ClientHello.
                                "-groups",
                                "X25519:P-256",
                                "-alpn",
                                "http/1.1",
                                "-www"))
                .listeningOn(port);
    }

    private static ProxyProcess proxy(LabFolder folder, String engine, int port, String handshake) throws IOException {
        return ProxyProcess.configured(
                folder,
                engine,
                String.join(
                        "\n",
                        "engine: " + engine,
                        "routes:",
                        "  - name: default",
                        "    listen: 127.0.0.1:0",
                        "    upstream: 127.0.0.1:" + port,
                        "    tls: observe",
                        "    diagnosis: {tls_handshake: " + handshake + ", unread: 1s}",
                        ""));
    }
}
