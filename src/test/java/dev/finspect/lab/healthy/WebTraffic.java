package dev.finspect.lab.healthy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.Background;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Browsers, pools, transfers and health checks before nginx. */
final class WebTraffic {
    private static final int PAGE_BYTES = 20_000;
    private static final int LARGE_BYTES = 5_000_000;
    private static final int SLOW_BYTES = 300_000;

    /** nginx closes a connection at rest after this time. */
    private static final int KEEP_ALIVE_SECONDS = 7;
    /** nginx closes a connection without a request after this time. */
    private static final int FIRST_REQUEST_SECONDS = 15;

    private static final String GET = "GET /health HTTP/1.1\r\nHost: web\r\n\r\n";

    private WebTraffic() {}

    static List<Traffic> all() {
        List<String> curl = List.of("nginx", "curl");
        return List.of(
                Traffic.of("http-pool", List.of("nginx"), venue -> nginx(venue, "", WebTraffic::pool)),
                Traffic.of("http-cold-pool", List.of("nginx"), venue -> nginx(venue, "", WebTraffic::coldPool)),
                Traffic.of("http-curl", curl, venue -> nginx(venue, "", WebTraffic::curls)),
                Traffic.of("http-slow", curl, venue -> nginx(venue, "", WebTraffic::slow)),
                Traffic.of("http-cancelled", curl, venue -> nginx(venue, "", WebTraffic::cancelled)),
                Traffic.of("http-slow-reader", List.of("nginx"), venue -> nginx(venue, "", WebTraffic::slowReader)),
                Traffic.of("http-preconnect", List.of("nginx"), venue -> nginx(venue, "", WebTraffic::preconnect)),
                Traffic.of("http-health", List.of("nginx", "haproxy"), venue -> nginx(venue, "", WebTraffic::health)),
                Traffic.of(
                        "http2",
                        List.of("nginx", "curl", "nghttp", "node"),
                        venue -> nginx(venue, " http2", WebTraffic::http2)),
                Traffic.of("https", List.of("nginx", "curl", "openssl"), venue -> {
                    certificate(venue);
                    return nginx(venue, " ssl http2", WebTraffic::https);
                }));
    }

    private static void certificate(Venue venue) {
        Program.of(
                        Programs.path("openssl"),
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=web",
                        "-addext",
                        "subjectAltName=IP:" + venue.door(),
                        "-days",
                        "2",
                        "-keyout",
                        venue.folder.path("key.pem").toString(),
                        "-out",
                        venue.folder.path("cert.pem").toString())
                .succeed();
    }

    private static Traffic.Clients nginx(Venue venue, String listen, Traffic.Clients clients) throws IOException {
        Path www = Files.createDirectory(venue.folder.path("www"));
        Files.createDirectory(www.resolve("put"));
        Files.write(www.resolve("page"), new byte[PAGE_BYTES]);
        Files.write(www.resolve("large"), new byte[LARGE_BYTES]);
        Files.write(www.resolve("slow"), new byte[SLOW_BYTES]);
        String home = venue.folder.path("nginx-").toString();
        boolean tls = listen.contains("ssl");
        Path config =
                venue.folder.file("nginx.conf", """
                daemon off;
                %user
                worker_processes 1;
                pid %pid;
                error_log stderr error;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path %body; proxy_temp_path %proxy; fastcgi_temp_path %fastcgi;
                  uwsgi_temp_path %uwsgi; scgi_temp_path %scgi;
                  keepalive_timeout %keep; client_header_timeout %first; client_max_body_size 100m;
                  %tls
                  server {
                    listen %address:%port%listen;
                    root %root;
                    location = /health { return 200 "ok"; }
                    location /put/ { dav_methods PUT; }
                  }
                }
                """.replaceAll("%(pid|body|proxy|fastcgi|uwsgi|scgi)", home + "$1")
                        .replace("%user", Programs.isRoot() ? "user root;" : "")
                        .replace("%keep", (listen.equals(" http2") ? 60 : KEEP_ALIVE_SECONDS) + "s")
                        .replace("%first", FIRST_REQUEST_SECONDS + "s")
                        .replace(
                                "%tls",
                                tls
                                        ? "ssl_certificate " + venue.folder.path("cert.pem") + "; ssl_certificate_key "
                                                + venue.folder.path("key.pem") + ";"
                                        : "")
                        .replace("%address", venue.serverAddress())
                        .replace("%port", String.valueOf(venue.serverPort()))
                        .replace("%listen", listen)
                        .replace("%root", www.toString()));
        venue.serve(List.of(Programs.path("nginx"), "-e", "stderr", "-c", config.toString()));
        return clients;
    }

    /** A pool that sees its server's FIN at once, and rests for shorter and longer than the server allows. */
    private static void pool(Venue venue) {
        pool(venue, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1), "http");
    }

    private static void pool(Venue venue, HttpClient.Builder builder, String scheme) {
        venue.once("pool", () -> {
            HttpClient client = builder.connectTimeout(Duration.ofMillis(Venue.PATIENCE_MILLIS))
                    .build();
            HttpRequest page = HttpRequest.newBuilder(URI.create(scheme + "://" + venue.doorAndPort() + "/page"))
                    .timeout(Duration.ofMillis(Venue.PATIENCE_MILLIS))
                    .build();
            List<Integer> rests = List.of(1, 2, 14, 1, 3);
            int i = 0;
            do {
                List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
                for (int n = 0; n < 3; n++) {
                    all.add(client.sendAsync(page, HttpResponse.BodyHandlers.ofByteArray()));
                }
                for (CompletableFuture<HttpResponse<byte[]>> each : all) {
                    assertThat(each.get().body()).hasSize(PAGE_BYTES);
                }
                venue.did("pool");
            } while (venue.goesOn(rests.get(i++ % rests.size())));
        });
    }

    /** A pool that looks at a connection only before its next use, as urllib3 does: its server's FIN waits until then. */
    private static void coldPool(Venue venue) {
        venue.once("cold", () -> {
            Socket pooled = venue.connect();
            do {
                Venue.say(pooled, GET);
                hearAnswer(pooled);
                venue.did("cold");
                if (!venue.goesOn(3)) {
                    break;
                }
                Venue.say(pooled, GET);
                hearAnswer(pooled);
                if (!venue.goesOn(3 * KEEP_ALIVE_SECONDS)) {
                    break;
                }
                Venue.hearTheEnd(pooled);
                pooled.close();
                pooled = venue.connect();
            } while (true);
            pooled.close();
        });
    }

    private static void hearAnswer(Socket socket) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (!heard.toString().endsWith("\r\n\r\nok")) {
            int octet = socket.getInputStream().read();
            assertThat(octet).as("after " + heard).isNotEqualTo(-1);
            heard.append((char) octet);
        }
    }

    private static String[] curl(String... more) {
        List<String> command =
                new ArrayList<>(List.of(Programs.path("curl"), "-q", "-sS", "--fail", "--noproxy", "*", "-m", "280"));
        command.addAll(List.of(more));
        return command.toArray(String[]::new);
    }

    private static void curls(Venue venue) throws IOException {
        String url = "http://" + venue.doorAndPort();
        Path upload = venue.folder.path("upload");
        Files.write(upload, new byte[2_000_000]);
        String page = url + "/page";
        venue.repeat("several on a connection", List.of(5), () -> pages(venue, 3, curl(page, page, page)));
        venue.repeat("connection: close", List.of(7), () -> pages(venue, 1, curl("-H", "Connection: close", page)));
        venue.repeat("http/1.0", List.of(8), () -> pages(venue, 1, curl("--http1.0", page)));
        venue.repeat("head", List.of(9), () -> venue.run(curl("-I", page)));
        // curl waits for "100 Continue" first.
        venue.repeat("put", List.of(11), () -> venue.run(curl("-T", upload.toString(), url + "/put/curl")));
        venue.repeat("not found", List.of(6), () -> venue.run(22, curl(url + "/none")));
        venue.repeat(
                "large",
                List.of(13),
                () -> assertThat(venue.run(curl(url + "/large"))).hasSize(LARGE_BYTES));
    }

    private static void pages(Venue venue, int times, String... command) {
        assertThat(venue.run(command)).hasSize(times * PAGE_BYTES);
    }

    private static void slow(Venue venue) throws IOException {
        String url = "http://" + venue.doorAndPort();
        Path upload = venue.folder.path("upload");
        Files.write(upload, new byte[SLOW_BYTES]);
        venue.repeat(
                "download",
                List.of(3),
                () -> assertThat(venue.run(curl("--limit-rate", "10k", url + "/slow")))
                        .hasSize(SLOW_BYTES));
        venue.repeat(
                "upload",
                List.of(3),
                () -> venue.run(curl("--limit-rate", "10k", "-T", upload.toString(), url + "/put/slow")));
    }

    private static void cancelled(Venue venue) {
        String url = "http://" + venue.doorAndPort();
        venue.repeat(
                "download",
                List.of(5),
                () -> venue.run(28, curl("--limit-rate", "20k", "-m", "3", url + "/large", "-o", "/dev/null")));
    }

    /** Reads 500 bytes a second behind a small window, without a rest. */
    private static void slowReader(Venue venue) {
        venue.once("500 bytes/s", () -> {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4_096);
            try (Socket reader = venue.connect(socket)) {
                Venue.say(reader, "GET /large HTTP/1.1\r\nHost: web\r\n\r\n");
                while (venue.goesOn(0.5)) {
                    assertThat(reader.getInputStream().readNBytes(250)).hasSize(250);
                    venue.did("500 bytes/s");
                }
            }
        });
    }

    private static void preconnect(Venue venue) {
        venue.repeat("used later", List.of(5), () -> {
            try (Socket socket = venue.connect()) {
                if (venue.goesOn(10)) {
                    Venue.say(socket, GET);
                    hearAnswer(socket);
                }
            }
        });
        venue.repeat("never used", List.of(4), () -> {
            try (Socket socket = venue.connect()) {
                venue.goesOn(9);
                assertThat(socket.getInputStream().available()).isZero();
            }
        });
        venue.repeat("closed by the server", List.of(4), () -> {
            try (Socket socket = venue.connect()) {
                Venue.hearTheEnd(socket);
            }
        });
    }

    private static void health(Venue venue) throws IOException {
        Path config = venue.folder.file("haproxy.cfg", """
                defaults
                  mode http
                  timeout connect 60s
                  timeout client 60s
                  timeout server 60s
                  timeout check 60s
                listen http
                  bind 127.0.0.1:%d
                  option httpchk GET /health
                  server a %s check inter 3s
                listen tcp
                  bind 127.0.0.1:%d
                  mode tcp
                  server b %s check inter 4s
                """.formatted(
                        Background.freePort(), venue.doorAndPort(), Background.freePort(), venue.doorAndPort()));
        Background haproxy = venue.ofClient("haproxy", List.of(Programs.path("haproxy"), "-f", config.toString()));
        venue.repeat("haproxy", List.of(5), () -> assertThat(haproxy.output()).doesNotContain("DOWN"));
        venue.repeat("fin at once", List.of(5), () -> venue.connect().close());
        venue.repeat("rst at once", List.of(6), () -> reset(venue.connect()));
        venue.repeat("rst after the answer", List.of(4), () -> {
            Socket socket = venue.connect();
            Venue.say(socket, GET);
            hearAnswer(socket);
            reset(socket);
        });
        venue.repeat("gone before the answer", List.of(7), () -> {
            try (Socket socket = venue.connect()) {
                Venue.say(socket, GET);
            }
        });
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void http2(Venue venue) throws IOException {
        String url = "http://" + venue.doorAndPort();
        String page = url + "/page";
        venue.repeat("curl", List.of(4), () -> pages(venue, 1, curl("--http2-prior-knowledge", page)));
        venue.repeat(
                "slow download",
                List.of(4),
                () -> assertThat(venue.run(curl("--http2-prior-knowledge", "--limit-rate", "10k", url + "/slow")))
                        .hasSize(SLOW_BYTES));
        venue.repeat("nghttp", List.of(8), () -> venue.run(Programs.path("nghttp"), "-n", page, url + "/health"));
        String node = venue.script("http2.js");
        scripted(venue, "client at rest", List.of(Programs.path("node"), node, url, "0"));
        scripted(venue, "client that pings", List.of(Programs.path("node"), node, url, "4"));
    }

    /** A client that runs until its input ends; it writes a line for each answer that was right. */
    static void scripted(Venue venue, String who, List<String> command) {
        venue.once(who, () -> {
            try (Venue.Spoken client = venue.spoken(command)) {
                Thread counting = new Thread(() -> client.lines().forEach(line -> venue.did(who)), who);
                counting.start();
                while (client.isAlive() && venue.goesOn(1)) {}
                client.ends();
                counting.join();
            }
        });
    }

    private static void https(Venue venue) {
        String url = "https://" + venue.doorAndPort();
        String page = url + "/page";
        String trust = venue.folder.path("cert.pem").toString();
        venue.repeat("curl http/2", List.of(5), () -> pages(venue, 2, curl("--cacert", trust, page, page)));
        venue.repeat(
                "curl http/1.1", List.of(7), () -> pages(venue, 2, curl("--http1.1", "--cacert", trust, page, page)));
        pool(venue, HttpClient.newBuilder().sslContext(Trust.of(venue.folder.path("cert.pem"))), "https");
    }
}
