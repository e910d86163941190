package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HalfClosingServerIT {
    private static final long BYTES = 20_000_000;
    private static final long GREETING_BYTES = 100;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void serverHalfClosesWhileClientKeepsSending(String engine) throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<String> service = new OneService<>(client -> {
                    Digest.write(client.getOutputStream(), 3, GREETING_BYTES);
                    client.shutdownOutput();
                    return Digest.of(client.getInputStream());
                });
                ProxyProcess proxy = ProxyProcess.start(folder, engine, service.port())) {
            String sent;
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                assertThat(client.getInputStream().readAllBytes()).hasSize((int) GREETING_BYTES);
                if (engine.equals("epoll")) {
                    Await.until(
                            () -> "the half-closed upstream is not counted\n" + proxy.metrics(),
                            () -> states(proxy, "upstream", "local", "close_wait") == 1
                                    && states(proxy, "upstream", "peer", "fin_wait_2") == 1
                                    && states(proxy, "client", "local", "fin_wait_2") == 1
                                    && states(proxy, "client", "peer", "close_wait") == 1);
                }
                sent = Digest.write(client.getOutputStream(), 4, BYTES);
            }

            assertThat(service.result()).isEqualTo(sent);
            Await.until(
                    () -> "states outlive their session\n" + proxy.metrics(),
                    () -> proxy.metrics().sum("finspect_tcp_state") == 0);
            JsonNode session = proxy.stop().number(1).allDelivered().only();
            assertThat(session.at("/outcome").asText()).isEqualTo("clean");
            assertThat(Records.order(session)).containsExactly("upstream.fin", "client.fin");
            assertThat(session.at("/close/first_by").asText()).isEqualTo("upstream");
            assertThat(session.at("/close/half_closed_by").asText()).isEqualTo("upstream");
            assertThat(session.at("/close/after_first_fin_bytes").asLong()).isEqualTo(BYTES);
        }
    }

    private static long states(ProxyProcess proxy, String leg, String endpoint, String state) {
        return proxy.metrics()
                .sum(
                        "finspect_tcp_state",
                        "leg=\"" + leg + "\"",
                        "endpoint=\"" + endpoint + "\"",
                        "state=\"" + state + "\"");
    }
}
