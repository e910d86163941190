package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.finspect.lab.net.Hosts;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Local programs' connections to a service on the same host, redirected to finspect: as beside a service in one pod. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "nft", "curl", "setpriv"},
        root = true)
final class SidecarIT {
    private static final int SERVICE_PORT = 8080;
    private static final int LISTEN_PORT = 15001;
    private static final byte[] ANSWER = "through finspect".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "[::1]"})
    void programsReachTheServiceThroughFinspect(String address) throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), CONFIGURATION)) {
            proxy.capturing();
            HttpServer service = service(hosts, address);
            try {
                intercept(hosts, "root");
                Program.Ran ran = curl(hosts, address);
                assertThat(ran.exit()).as(ran.errors()).isZero();
                assertThat(ran.text()).isEqualTo(new String(ANSWER, StandardCharsets.US_ASCII));
            } finally {
                service.stop(0);
            }
            JsonNode session = proxy.stop().allDelivered().only();
            assertThat(session.at("/original_destination").asText()).isEqualTo(address + ":" + SERVICE_PORT);
            assertThat(session.at("/evidence").asText()).isEqualTo("wire");
            for (String leg : List.of("client", "upstream")) {
                assertThat(session.at("/" + leg + "/conn_state").asText())
                        .as(leg)
                        .isEqualTo("SF");
                assertThat(session.at("/" + leg + "/completeness").asInt())
                        .as(leg)
                        .isEqualTo(31);
            }
        }
    }

    /** The rules spare the wrong user, so that finspect's own connection comes back to it. */
    @Test
    void connectionOfFinspectThatComesBackIsRefusedAtOnce() throws Exception {
        try (LabFolder folder = new LabFolder();
                Hosts hosts = Hosts.onLoopback();
                ProxyProcess proxy = ProxyProcess.start(folder, "epoll", hosts.middle(), CONFIGURATION)) {
            HttpServer service = service(hosts, "127.0.0.1");
            try {
                intercept(hosts, "nobody");
                Program.Ran ran =
                        Program.of(hosts.client().command(curl("127.0.0.1"))).run();
                assertThat(ran.exit()).as("curl's exit code").isNotZero();
            } finally {
                service.stop(0);
            }
            List<JsonNode> sessions = proxy.stop().all();
            assertThat(sessions).hasSize(2);
            assertThat(sessions).anyMatch(s -> s.at("/proxy_reason").asText().equals("interception_loop"));
        }
    }

    private static final String CONFIGURATION = String.join(
            "\n",
            "engine: epoll",
            "capture: {mode: headers}",
            "routes:",
            "  - name: default",
            "    listen: ':" + LISTEN_PORT + "'",
            "    mode: redirect",
            "    upstream: original",
            "");

    private static HttpServer service(Hosts hosts, String address) throws Exception {
        String host = address.replace("[", "").replace("]", "");
        return hosts.server().in(() -> {
            HttpServer server = HttpServer.create(new InetSocketAddress(host, SERVICE_PORT), 10);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().add("Connection", "close");
                exchange.sendResponseHeaders(200, ANSWER.length);
                exchange.getResponseBody().write(ANSWER);
                exchange.close();
            });
            server.start();
            return server;
        });
    }

    private static void intercept(Hosts hosts, String exceptUser) {
        Program.of(hosts.middle()
                        .command(FinspectProgram.command(
                                "intercept",
                                "apply",
                                "--mode",
                                "redirect",
                                "--port",
                                String.valueOf(SERVICE_PORT),
                                "--to",
                                String.valueOf(LISTEN_PORT),
                                "--force",
                                "--local",
                                "--except-user",
                                exceptUser)))
                .succeed();
    }

    private static Program.Ran curl(Hosts hosts, String address) {
        List<String> command = new ArrayList<>(
                List.of(Programs.path("setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        command.addAll(curl(address));
        return Program.of(hosts.client().command(command)).run();
    }

    private static List<String> curl(String address) {
        return List.of(
                Programs.path("curl"), "-sS", "--max-time", "20", "http://" + address + ":" + SERVICE_PORT + "/");
    }
}
