package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms("iperf3")
final class Iperf3IT {
    private static final long BYTES = 300_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void iperf3BothWays(String engine) throws IOException {
        int port = Background.freePort();
        List<String> server = List.of(Programs.path("iperf3"), "-s", "-B", "127.0.0.1", "-p", String.valueOf(port));
        try (LabFolder folder = new LabFolder();
                Background iperf3 =
                        Background.start(folder.path("iperf3.log"), server).listeningOn(port);
                ProxyProcess proxy = ProxyProcess.start(folder, engine, port)) {
            JsonNode up = iperf3(proxy, "--json");
            JsonNode down = iperf3(proxy, "--json", "--reverse");

            assertThat(up.at("/end/sum_sent/bytes").asLong()).isGreaterThanOrEqualTo(BYTES);
            assertThat(down.at("/end/sum_sent/bytes").asLong()).isGreaterThanOrEqualTo(BYTES);
            assertThat(iperf3.process().isAlive()).isTrue();
            // A connection for control and one for data, each time. The receiver stops on a message of the former, so
            // that it can be gone when the last bytes of the latter arrive.
            Records records = proxy.stop().number(4);
            long received = up.at("/end/sum_received/bytes").asLong();
            assertThat(records.where(s -> Records.received(s, "client") >= received))
                    .hasSize(1);
            long receivedBack = down.at("/end/sum_received/bytes").asLong();
            assertThat(records.where(s -> Records.sent(s, "client") >= receivedBack))
                    .hasSize(1);
            records.metersAgree();
        }
    }

    private static JsonNode iperf3(ProxyProcess proxy, String... options) throws IOException {
        String[] command = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                Programs.path("iperf3"),
                                "-c",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(proxy.port()),
                                "-n",
                                String.valueOf(BYTES)),
                        java.util.Arrays.stream(options))
                .toArray(String[]::new);
        return new ObjectMapper().readTree(Program.of(command).succeed().output());
    }
}
