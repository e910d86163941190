package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.finspect.lab.net.Namespace;
import dev.finspect.lab.net.Tshark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged finspect beside real proxies on the same host: what hangs behind them is the service's fault, not theirs. */
@Tag("privileged")
@NeedsPrograms(
        value = {"ip", "haproxy", "nginx", "tshark"},
        root = true)
final class WatchProxiesIT {
    private static final int FRONT = 7_001;
    private static final int SERVICE = 7_002;
    /** In Debian's package libnginx-mod-stream. */
    private static final Path NGINX_STREAM = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    private static final String HAPROXY = """
            defaults
              mode %s
              timeout connect 60s
              timeout client 600s
              timeout server 600s
              http-reuse always
            listen front
              bind 127.0.0.1:7001
              server service 127.0.0.1:7002
            """;
    private static final String NGINX = """
            load_module %s;
            daemon off;
            worker_processes 2;
            pid %s/nginx.pid;
            error_log stderr;
            events {}
            stream {
              server {
                listen 127.0.0.1:7001;
                proxy_pass 127.0.0.1:7002;
              }
            }
            """;

    @ParameterizedTest
    @ValueSource(strings = {"haproxy", "nginx"})
    void hangBehindAProxyNamesTheServiceBehindItAndNotTheProxy(String program) throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("proxied");
                ServerSocket listener = host.in(() -> new ServerSocket(SERVICE));
                Background proxy = proxy(program, "tcp", folder, host).listeningOn(FRONT);
                WatchProcess watch = WatchProcess.start(
                        folder,
                        host,
                        "port:" + FRONT + "," + SERVICE,
                        "--save-pcap",
                        folder.path("saved").toString());
                Socket client = host.in(WatchProxiesIT::connected)) {
            client.getOutputStream().write(bytes("a question that is long enough"));
            try (Socket service = listener.accept()) {
                assertThat(service.getInputStream().readNBytes(30)).hasSize(30);

                JsonNode hung = watch.line("session.hung", WatchProxiesIT::hasBoth);
                assertThat(hung.at("/finding/id").asText()).isEqualTo("upstream-silent");
                assertThat(hung.at("/finding/blame").asText()).isEqualTo("upstream");
                assertThat(hung.at("/client/network.peer.port").asInt()).isEqualTo(client.getLocalPort());
                assertThat(hung.at("/upstream/network.peer.port").asInt()).isEqualTo(SERVICE);
                assertThat(watch.ask("explain").replaceAll("\\s+", " "))
                        .contains("upstream 127.0.0.1:" + SERVICE)
                        .doesNotContain("upstream 127.0.0.1:" + FRONT);

                service.getOutputStream().write(bytes("the answer"));
                assertThat(client.getInputStream().readNBytes(10)).hasSize(10);
                watch.line("session.recovered");
                client.close();
                assertThat(service.getInputStream().read()).isEqualTo(-1);
            }
            JsonNode closed = watch.line("session.closed");
            assertThat(closed.at("/outcome").asText()).isEqualTo("clean");
            assertThat(closed.at("/upstream/network.peer.port").asInt()).isEqualTo(SERVICE);
            assertThat(closed.at("/upstream/wire/joined_by/process.executable.name")
                            .asText())
                    .isEqualTo(program);
            assertThat(closed.at("/close/relayed").asText()).isEqualTo("faithful");
            assertThat(watch.lines("session.closed")).hasSize(1);
            assertThat(watch.stopped()).isNotEmpty();
            Path saved = folder.path("saved/finspect-" + closed.at("/id").asText() + "-clean.pcapng");
            assertThat(Tshark.read(saved, FRONT)).isNotEmpty().allMatch(packet -> packet.ofPort(client.getLocalPort()));
            assertThat(Tshark.read(saved, SERVICE))
                    .isNotEmpty()
                    .allMatch(packet -> packet.ofPort(
                            closed.at("/upstream/network.local.port").asInt()));
            assertThat(proxy.process().isAlive()).isTrue();
        }
    }

    /**
     * Clients that come for one request and clients that stay, over upstream connections that HAProxy shares among them: nothing
     * hangs, so nothing is reported. Then one request has no answer, and what is reported is about its connections alone; which
     * they are, the service has seen.
     */
    @Test
    void amongManyHealthyClientsOnlyTheOneThatHangsIsReportedAndNoneIsJoinedWithTheConnectionOfAnother()
            throws Exception {
        try (LabFolder folder = new LabFolder();
                Namespace host = Namespace.make("busy");
                SharedService service = new SharedService(host.in(() -> new ServerSocket(SERVICE)));
                Background proxy = proxy("haproxy", "http", folder, host).listeningOn(FRONT);
                WatchProcess watch = WatchProcess.start(folder, host, "port:" + FRONT + "," + SERVICE)) {
            List<Socket> staying = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                staying.add(host.in(WatchProxiesIT::connected));
            }
            for (int round = 0; round < 20; round++) {
                for (Socket each : staying) {
                    assertThat(SharedService.ask(each, "/")).contains("200 OK");
                }
                try (Socket brief = host.in(WatchProxiesIT::connected)) {
                    assertThat(SharedService.ask(brief, "/")).contains("200 OK");
                }
            }
            try (Socket hanging = host.in(WatchProxiesIT::connected)) {
                SharedService.send(hanging, SharedService.HANGS);
                watch.line("session.hung");
                for (Socket each : staying) {
                    assertThat(SharedService.ask(each, "/")).contains("200 OK");
                    each.close();
                }
                Integer own = service.servedOn(hanging.getLocalPort());
                assertThat(own).isNotNull();
                assertThat(watch.lines("session.hung"))
                        .allSatisfy(hung -> assertThat(
                                        hung.at("/client/network.peer.port").asInt())
                                .isIn(hanging.getLocalPort(), own));
            }
            assertThat(watch.stopped())
                    .filteredOn(WatchProxiesIT::hasBoth)
                    .allSatisfy(record -> assertThat(
                                    record.at("/upstream/network.local.port").asInt())
                            .isEqualTo(service.servedOn(
                                    record.at("/client/network.peer.port").asInt())));
            assertThat(proxy.process().isAlive()).isTrue();
        }
    }

    /** Whether it has both legs. */
    private static boolean hasBoth(JsonNode record) {
        return record.at("/upstream/network.peer.port").asInt() > 0;
    }

    private static Background proxy(String program, String mode, LabFolder folder, Namespace host) throws IOException {
        if (program.equals("haproxy")) {
            Path configuration = folder.file("haproxy.cfg", HAPROXY.formatted(mode));
            return Background.start(
                    folder.path("haproxy.log"),
                    host.command(List.of(Programs.path("haproxy"), "-db", "-f", configuration.toString())));
        }
        Assumptions.assumeTrue(
                Files.exists(NGINX_STREAM) || "true".equals(System.getenv("CI")),
                "this machine lacks nginx's module for streams");
        Path configuration = folder.file("nginx.conf", NGINX.formatted(NGINX_STREAM, folder.path("")));
        return Background.start(
                folder.path("nginx.log"),
                host.command(List.of(
                        Programs.path("nginx"),
                        "-p",
                        folder.path("").toString(),
                        "-c",
                        configuration.toString(),
                        "-e",
                        "stderr")));
    }

    private static Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", FRONT));
        return socket;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
