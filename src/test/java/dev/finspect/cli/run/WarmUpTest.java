package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigReader;
import dev.finspect.cli.config.Overrides;
import dev.finspect.lab.Await;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WarmUpTest {
    @TempDir
    private Path folder;

    /** Counts what a log would write. */
    private static final class Records implements SessionSink {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void closed(SessionRecord record) {
            count.incrementAndGet();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aWarmedUpProxyIsReadyAndHasCountedAndRecordedNothing(String engine) throws Exception {
        Records records = new Records();
        ProxyServer service = ProxyServer.start(config("warm_up: 60, engine: " + engine), null, records);
        try {
            Await.until(() -> "not ready", () -> get(service, "/readyz").startsWith("200 "));
            assertThat(get(service, "/metrics"))
                    .startsWith("200 ")
                    .contains("finspect_sessions_accepted_total{route=\"db\",} 0.0")
                    .doesNotContain("warm-up");
            assertThat(service.relay().sessions().livingCount()).isZero();
            assertThat(service.relay().counters().values())
                    .allMatch(each -> each.acceptedSessions.sum() == 0 && each.clientBytesReceived.sum() == 0);
        } finally {
            service.close();
        }
        assertThat(records.count).hasValue(0);
    }

    @Test
    void untilThenItSaysThatItWarmsUpAndItsEndDoesNotWait() throws Exception {
        ProxyServer service = ProxyServer.start(config("warm_up: 100000"), null);
        try {
            assertThat(get(service, "/readyz")).startsWith("503 warming up: ");
        } finally {
            service.close();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("finspect-warm-up", "finspect-echo");
    }

    private Config config(String keys) throws Exception {
        Path file = folder.resolve("finspect.yaml");
        Files.writeString(
                file,
                "admin: {listen: 127.0.0.1:0, token_file: " + folder.resolve("token")
                        + ", open: [/readyz, /metrics]}\ncapture: {mode: off}\n"
                        + keys.replace(", ", "\n")
                        + "\nroutes: [{name: db, listen: 127.0.0.1:0, upstream: 127.0.0.1:1}]\n");
        return ConfigReader.ofFile(file, new Overrides(Map.of()));
    }

    private static String get(ProxyServer service, String path) {
        try {
            URI uri = URI.create(
                    "http://" + Addresses.shown(service.adminAddress().orElseThrow()) + path);
            HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            int code = request.getResponseCode();
            try (var body = code < 400 ? request.getInputStream() : request.getErrorStream()) {
                return code + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
