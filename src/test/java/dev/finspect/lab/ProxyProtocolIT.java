package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Hosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The PROXY protocol with HAProxy on both sides, and with peers that speak it badly. */
@Tag("privileged")
@NeedsPrograms(
        value = {"haproxy", "curl", "ip"},
        root = true)
final class ProxyProtocolIT {
    private static final int LISTEN_PORT = 15000;
    private static final int SERVER_PORT = 16000;
    private static final int FRONT_PORT = 17000;
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int MANY = 1_000;
    private static final String V1 = "PROXY TCP4 192.0.2.1 192.0.2.2 4000 443\r\n";
    private static final String LOCAL = "0d0a0d0a000d0a515549540a20000000";

    @ParameterizedTest
    @CsvSource({
        "epoll, send-proxy, v1",
        "epoll, send-proxy-v2, v2",
        "epoll, send-proxy-v2, v1",
        "epoll, send-proxy, v2",
        "nio, send-proxy-v2, v2",
        "nio, send-proxy, v1"
    })
    void haproxyBeforeAndBehindFinspectAgreesOnTheClient(String engine, String front, String send) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                Background behind = haproxy(folder, hosts, "behind", BEHIND).listeningOn(SERVER_PORT);
                ProxyProcess proxy = proxy(folder, hosts, engine, "127.0.0.0/8", send, "10s");
                Background before = haproxy(folder, hosts, "before", BEFORE.formatted(front))
                        .listeningOn(FRONT_PORT)) {
            Program.Ran curl = Program.of(hosts.client()
                            .command(List.of(
                                    Programs.path("curl"),
                                    "-sS",
                                    "--max-time",
                                    "20",
                                    "-w",
                                    " %{local_port}",
                                    "http://127.0.0.1:" + FRONT_PORT + "/")))
                    .succeed();
            String[] words = curl.text().split(" ", -1);
            assertThat(behind.process().isAlive() && before.process().isAlive()).isTrue();
            assertThat(words[0]).isEqualTo("127.0.0.1:" + words[2]);
            JsonNode session = proxy.stop().allDelivered().only();
            assertThat(session.at("/proxy_protocol/received/source").asText()).isEqualTo("127.0.0.1:" + words[2]);
            assertThat(session.at("/proxy_protocol/received/version").asInt())
                    .isEqualTo(front.equals("send-proxy") ? 1 : 2);
            assertThat(session.at("/proxy_protocol/sent/source"))
                    .isEqualTo(session.at("/proxy_protocol/received/source"));
            assertThat("v" + session.at("/proxy_protocol/sent/version").asInt()).isEqualTo(send);
            assertThat(words[1]).isEqualTo(send.equals("v2") ? session.at("/id").asText() : "-");
            assertThat(session.at("/client/network.peer.port").asInt()).isNotEqualTo(Integer.parseInt(words[2]));
        }
    }

    /** Where nobody but curl writes the header. */
    @Test
    void curlSendsItsOwnHeader() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                Background behind = haproxy(folder, hosts, "behind", BEHIND).listeningOn(SERVER_PORT);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "127.0.0.1", "v2", "10s")) {
            Program.Ran curl = Program.of(hosts.client()
                            .command(List.of(
                                    Programs.path("curl"),
                                    "-sS",
                                    "--max-time",
                                    "20",
                                    "--haproxy-protocol",
                                    "-w",
                                    " %{local_port}",
                                    "http://127.0.0.1:" + LISTEN_PORT + "/")))
                    .succeed();
            String[] words = curl.text().split(" ", -1);
            assertThat(behind.process().isAlive()).isTrue();
            assertThat(words[0]).isEqualTo("127.0.0.1:" + words[2]);
            JsonNode session = proxy.stop().allDelivered().only();
            assertThat(words[1]).isEqualTo(session.at("/id").asText());
            assertThat(session.at("/proxy_protocol/received/version").asInt()).isEqualTo(1);
        }
    }

    @Test
    void headerMayComeInSingleBytesAndWithEverythingBehindIt() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ServerSocket server = server(hosts);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "127.0.0.1", "off", "10s")) {
            for (byte[] header : List.of(ascii(V1), HexFormat.of().parseHex(LOCAL), ascii("PROXY UNKNOWN\r\n"))) {
                try (Socket client = connect(hosts)) {
                    client.setTcpNoDelay(true);
                    for (byte each : header) {
                        client.getOutputStream().write(each);
                    }
                    client.getOutputStream().write(ascii("question"));
                    answer(server, client, "question");
                }
                try (Socket client = connect(hosts)) {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    all.write(header);
                    all.write(ascii("at once"));
                    client.getOutputStream().write(all.toByteArray());
                    answer(server, client, "at once");
                }
            }
            Records records = proxy.stop().number(6).allDelivered().clientClosedFirst();
            assertThat(records.with("/proxy_protocol/received/source", "192.0.2.1:4000"))
                    .hasSize(2);
        }
    }

    @Test
    void badHeadersAreRefusedByNameAndTheOthersGoOn() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ServerSocket server = server(hosts);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "127.0.0.1", "off", "2s")) {
            List<byte[]> bad = List.of(
                    ascii("GET / HTTP/1.1\r\n\r\n"),
                    ascii("PROXY TCP4 1.2.3.4.5 6 7 8\r\n"),
                    ascii("PROXY TCP4 " + "9".repeat(400)),
                    HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111ffff"));
            for (byte[] header : bad) {
                try (Socket client = connect(hosts)) {
                    client.getOutputStream().write(header);
                    endsByReset(client);
                }
            }
            try (Socket silent = connect(hosts);
                    Socket half = connect(hosts)) {
                half.getOutputStream().write(Arrays.copyOf(ascii(V1), 9));
                half.shutdownOutput();
                endsByReset(half);
                endsByReset(silent);
            }
            try (Socket good = connect(hosts)) {
                good.getOutputStream().write(ascii(V1 + "still here"));
                answer(server, good, "still here");
            }
            Await.until(
                    () -> "results are missing\n" + proxy.metrics(),
                    () -> proxy.metrics().sum("finspect_proxy_headers_total") == bad.size() + 3);
            assertThat(proxy.metrics().sum("finspect_proxy_headers_total", "result=\"invalid\""))
                    .isEqualTo(bad.size());
            assertThat(proxy.metrics().sum("finspect_proxy_headers_total", "result=\"read\""))
                    .isEqualTo(1);
            Records records = proxy.stop().number(bad.size() + 3);
            assertThat(records.where(s -> s.at("/outcome").asText().equals("refused_by_policy")
                            && !s.at("/findings").isEmpty()))
                    .as("nobody is blamed for a header that did not come")
                    .isEmpty();
            assertThat(records.with("/proxy_reason", "proxy_header_invalid")).hasSize(bad.size());
            assertThat(records.with("/proxy_reason", "proxy_header_timeout")).hasSize(1);
            assertThat(records.with("/proxy_reason", "proxy_header_missing")).hasSize(1);
            assertThat(records.with("/outcome", "refused_by_policy")).hasSize(bad.size() + 2);
            assertThat(records.with("/outcome", "clean")).hasSize(1);
        }
    }

    @Test
    void headerOfSomebodyWhoIsNotTrustedIsOrdinaryBytes() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ServerSocket server = server(hosts);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "10.0.0.0/8", "off", "2s")) {
            try (Socket client = connect(hosts)) {
                client.getOutputStream().write(ascii(V1));
                answer(server, client, V1);
            }
            JsonNode session = proxy.stop().allDelivered().only();
            assertThat(session.at("/proxy_protocol").isNull()).isTrue();
        }
    }

    /** Headers in, headers out, an RST in every third; what arrives is what was sent, behind one header each. */
    @Test
    @ResourceLock("thousands of sockets")
    void thousandAtOnceKeepTheirHeadersApart() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ServerSocket server = server(hosts);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "127.0.0.1", "v1", "10s")) {
            List<Socket> clients = new ArrayList<>();
            List<Socket> accepted = new ArrayList<>();
            try {
                for (int i = 0; i < MANY; i++) {
                    Socket client = connect(hosts);
                    clients.add(client);
                    client.getOutputStream()
                            .write(ascii("PROXY TCP4 192.0.2." + i % 250 + " 192.0.2.255 " + (i + 1) + " 443\r\nnumber "
                                    + i + "\n"));
                    accepted.add(server.accept());
                }
                boolean[] seen = new boolean[MANY];
                for (Socket each : accepted) {
                    each.setSoTimeout(PATIENCE_MILLIS);
                    String header = line(each);
                    int number = Integer.parseInt(line(each).split(" ", -1)[1].strip());
                    assertThat(header)
                            .isEqualTo(
                                    "PROXY TCP4 192.0.2." + number % 250 + " 192.0.2.255 " + (number + 1) + " 443\r\n");
                    seen[number] = true;
                    if (number % 3 == 0) {
                        each.setSoLinger(true, 0);
                    }
                    each.close();
                }
                for (int i = 0; i < MANY; i++) {
                    assertThat(seen[i]).as("session " + i).isTrue();
                    if (i % 3 == 0) {
                        endsByReset(clients.get(i));
                    } else {
                        assertThat(clients.get(i).getInputStream().read()).isEqualTo(-1);
                    }
                }
            } finally {
                for (Socket each : clients) {
                    each.close();
                }
            }
            Records records = proxy.stop().number(MANY).metersAgree();
            assertThat(records.with("/outcome", "reset")).hasSize((MANY + 2) / 3);
        }
    }

    /** A header is no question that the upstream owes an answer to. */
    @Test
    void upstreamIsNotBlamedForNotAnsweringAHeader() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ServerSocket server = server(hosts);
                ProxyProcess proxy = proxy(folder, hosts, "epoll", "127.0.0.1", "v2", "10s")) {
            proxy.capturing();
            try (Socket client = connect(hosts)) {
                client.getOutputStream().write(ascii(V1));
                try (Socket accepted = server.accept()) {
                    Await.until(
                            () -> "nothing is found\n" + proxy.metrics(),
                            () -> proxy.metrics().sum("finspect_sessions_hung", "finding=\"nobody-speaks\"") == 1);
                    assertThat(proxy.metrics().sum("finspect_sessions_hung")).isEqualTo(1);
                    assertThat(accepted.getInputStream().read()).isEqualTo(13);
                }
            }
            JsonNode session = proxy.stop().only();
            assertThat(session.at("/evidence").asText()).isEqualTo("wire");
            assertThat(session.at("/upstream/data/sent_bytes").asInt()).isZero();
            assertThat(session.at("/upstream/data/first_sent_at").isNull()).isTrue();
            assertThat(session.at("/findings").toString()).doesNotContain("upstream-silent");
        }
    }

    private static final String BEHIND = """
            defaults
              mode http
              timeout connect 10s
              timeout client 60s
              timeout server 60s
            frontend behind
              bind 127.0.0.1:%d accept-proxy
              http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port] %%[fc_pp_unique_id]" if { fc_pp_unique_id -m found }
              http-request return status 200 content-type text/plain lf-string "%%[src]:%%[src_port] -"
            """.formatted(SERVER_PORT);

    private static final String BEFORE = """
            defaults
              mode tcp
              timeout connect 10s
              timeout client 60s
              timeout server 60s
            listen before
              bind 127.0.0.1:17000
              server s 127.0.0.1:15000 %s
            """;

    private static Background haproxy(LabFolder folder, Hosts hosts, String name, String configuration)
            throws IOException {
        Path file = folder.file(name + ".cfg", configuration);
        return Background.start(
                folder.path(name + ".log"),
                hosts.middle().command(List.of(Programs.path("haproxy"), "-db", "-f", file.toString())));
    }

    private static ProxyProcess proxy(
            LabFolder folder, Hosts hosts, String engine, String from, String send, String timeout) throws IOException {
        return ProxyProcess.start(
                folder,
                engine,
                hosts.middle(),
                String.join(
                        "\n",
                        "engine: " + engine,
                        "capture: {mode: headers}",
                        "routes:",
                        "  - name: default",
                        "    listen: 127.0.0.1:" + LISTEN_PORT,
                        "    upstream: 127.0.0.1:" + SERVER_PORT,
                        "    proxy_protocol: {accept_from: [" + from + "], send: " + send + ", timeout: " + timeout
                                + "}",
                        "    diagnosis: {silence: 1s, nobody_speaks: 1s}",
                        ""));
    }

    private static ServerSocket server(Hosts hosts) throws Exception {
        return hosts.server().in(() -> {
            ServerSocket socket = new ServerSocket(SERVER_PORT, MANY, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        });
    }

    private static Socket connect(Hosts hosts) throws Exception {
        return hosts.client().in(() -> {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), LISTEN_PORT);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        });
    }

    /** The server hears exactly the question until the client's FIN, and answers behind it. */
    private static void answer(ServerSocket server, Socket client, String question) throws IOException {
        client.shutdownOutput();
        try (Socket accepted = server.accept()) {
            accepted.setSoTimeout(PATIENCE_MILLIS);
            assertThat(new String(accepted.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(question);
            accepted.getOutputStream().write(ascii("answer"));
        }
        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("answer");
    }

    private static String line(Socket socket) {
        StringBuilder line = new StringBuilder();
        try {
            while (line.indexOf("\n") < 0) {
                int c = socket.getInputStream().read();
                assertThat(c).as("the end behind '" + line + "'").isNotNegative();
                line.append((char) c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    private static void endsByReset(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read())
                    .as("bytes, or an end, instead of a reset")
                    .isEqualTo(-2);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
