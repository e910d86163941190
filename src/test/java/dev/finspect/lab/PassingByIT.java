package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.finspect.lab.net.Hosts;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real programs reach real servers behind finspect, by TPROXY with client addresses kept; neither end notices. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "psql", "postgres", "initdb", "ssh", "sshd", "ssh-keygen", "curl"},
        root = true)
final class PassingByIT {
    private static final String CLIENT = "10.77.1.2";
    private static final String SERVER = "10.77.2.2";
    private static final int LISTEN_PORT = 15002;
    private static final int BYTES = 5_000_000;

    @Test
    void serversSeeTheClientsOwnAddress() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.inARow();
                PostgresServer postgres = new PostgresServer(folder, SERVER, hosts.server());
                SshServer ssh = new SshServer(folder, SERVER, hosts.server());
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), CONFIGURATION)) {
            HttpServer http = web(hosts);
            try {
                String ports = postgres.port() + "," + ssh.port() + ","
                        + http.getAddress().getPort();
                InterceptRules.apply(hosts, "tproxy", ports, LISTEN_PORT);
                assertThat(atClient(
                                hosts,
                                List.of(
                                        Programs.path("psql"),
                                        "-h",
                                        SERVER,
                                        "-p",
                                        String.valueOf(postgres.port()),
                                        "-U",
                                        "lab",
                                        "-At",
                                        "-c",
                                        "select host(inet_client_addr())",
                                        "postgres")))
                        .isEqualTo(CLIENT + "\n");
                List<String> overSsh = new ArrayList<>(ssh.client(ssh.port()));
                overSsh.addAll(List.of(SERVER, "echo $SSH_CLIENT"));
                assertThat(atClient(hosts, overSsh)).startsWith(CLIENT + " ").endsWith(" " + ssh.port() + "\n");
                Path page = folder.path("page");
                atClient(
                        hosts,
                        List.of(
                                Programs.path("curl"),
                                "-sS",
                                "-o",
                                page.toString(),
                                "http://" + SERVER + ":" + http.getAddress().getPort() + "/"));
                assertThat(Files.size(page)).isEqualTo(BYTES + CLIENT.length());
                assertThat(Files.readString(page, StandardCharsets.ISO_8859_1)).endsWith(CLIENT);
            } finally {
                http.stop(0);
            }
            Records records = proxy.stop().number(3).allDelivered();
            for (JsonNode session : records.all()) {
                assertThat(session.at("/client/network.peer.port"))
                        .isEqualTo(session.at("/upstream/network.local.port"));
                assertThat(session.at("/original_destination").asText()).startsWith(SERVER + ":");
            }
            Program.of(hosts.middle().command(FinspectProgram.command("intercept", "remove")))
                    .succeed();
        }
    }

    private static final String CONFIGURATION = String.join(
            "\n",
            "engine: epoll",
            "routes:",
            "  - name: default",
            "    listen: ':" + LISTEN_PORT + "'",
            "    mode: tproxy",
            "    upstream: original",
            "    keep_client_address: true",
            "");

    /** Answers with many bytes, and then the address that it saw. */
    private static HttpServer web(Hosts hosts) throws Exception {
        return hosts.server().in(() -> {
            HttpServer server = HttpServer.create(new InetSocketAddress(SERVER, 0), 10);
            server.createContext("/", exchange -> {
                byte[] from = exchange.getRemoteAddress()
                        .getAddress()
                        .getHostAddress()
                        .getBytes(StandardCharsets.US_ASCII);
                exchange.getResponseHeaders().add("Connection", "close");
                exchange.sendResponseHeaders(200, BYTES + from.length);
                exchange.getResponseBody().write(new byte[BYTES]);
                exchange.getResponseBody().write(from);
                exchange.close();
            });
            server.start();
            return server;
        });
    }

    private static String atClient(Hosts hosts, List<String> command) {
        return Program.of(hosts.client().command(command)).succeed().text();
    }
}
