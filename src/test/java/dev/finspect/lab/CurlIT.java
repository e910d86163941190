package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms({"curl", "nginx"})
final class CurlIT {
    private static final int PARALLEL = 200;
    private static final long FILE_BYTES = 3_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void curlOneAfterTheOtherAndInParallel(String engine) throws IOException {
        int port = Background.freePort();
        try (LabFolder folder = new LabFolder()) {
            String digest;
            try (OutputStream file = Files.newOutputStream(folder.path("file"))) {
                digest = Digest.write(file, 5, FILE_BYTES);
            }
            Path connections = folder.path("connections");
            try (Background nginx = nginx(folder, port, connections).listeningOn(port);
                    ProxyProcess proxy = ProxyProcess.start(folder, engine, port)) {
                String url = "http://127.0.0.1:" + proxy.port() + "/file";
                for (String version : List.of("--http1.0", "--http1.1")) {
                    byte[] body = curl(version, url).output();
                    assertThat(Digest.of(new java.io.ByteArrayInputStream(body)))
                            .isEqualTo(digest);
                }
                // Two requests on one connection.
                assertThat(curl("--http1.1", url, url).output()).hasSize((int) (2 * FILE_BYTES));
                inParallel(folder, url, digest);

                assertThat(nginx.process().isAlive()).isTrue();
                Records records = proxy.stop().allDelivered();
                long seen = Files.readAllLines(connections).stream().distinct().count();
                assertThat(seen).isEqualTo(3 + PARALLEL);
                records.number(seen);
                assertThat(records.with("/outcome", "clean")).hasSize((int) seen);
                // Where the server ends the connection to end its answer, it is the first to close.
                assertThat(records.with("/close/first_by", "upstream")).hasSizeGreaterThanOrEqualTo(1);
            }
        }
    }

    private static void inParallel(LabFolder folder, String url, String digest) throws IOException {
        Path answers = Files.createDirectory(folder.path("answers"));
        List<String> arguments =
                new ArrayList<>(List.of("--parallel", "--parallel-immediate", "--parallel-max", "200"));
        arguments.addAll(List.of("-H", "Connection: close", url + "?[1-" + PARALLEL + "]", "-o", answers + "/#1"));
        curl(arguments.toArray(String[]::new));
        for (int i = 1; i <= PARALLEL; i++) {
            assertThat(Digest.of(answers.resolve(String.valueOf(i)))).isEqualTo(digest);
        }
    }

    private static Program.Ran curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Programs.path("curl"), "-q", "-sS", "--fail", "--noproxy", "*"));
        command.addAll(List.of(arguments));
        return Program.of(command).succeed();
    }

    private static Background nginx(LabFolder folder, int port, Path connections) throws IOException {
        String home = folder.path("nginx-").toString();
        Path config =
                folder.file("nginx.conf", """
                daemon off;
                %s
                worker_processes 1;
                pid %pid;
                error_log stderr warn;
                events { worker_connections 1024; }
                http {
                  log_format serial '$connection';
                  access_log %s serial;
                  client_body_temp_path %body; proxy_temp_path %proxy; fastcgi_temp_path %fastcgi;
                  uwsgi_temp_path %uwsgi; scgi_temp_path %scgi;
                  server { listen 127.0.0.1:%d; location / { root %s; } }
                }
                """.replaceAll("%(pid|body|proxy|fastcgi|uwsgi|scgi)", home + "$1").formatted(
                        Programs.isRoot() ? "user root;" : "",
                        connections,
                        port,
                        folder.path("file").getParent()));
        return Background.start(
                folder.path("nginx.log"), List.of(Programs.path("nginx"), "-e", "stderr", "-c", config.toString()));
    }
}
