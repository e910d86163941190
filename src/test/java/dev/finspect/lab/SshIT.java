package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms({"ssh", "sshd", "ssh-keygen"})
final class SshIT {
    private static final long BYTES = 10_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void sshRunsACommandAndCarriesBytesBothWays(String engine) throws IOException {
        try (LabFolder folder = new LabFolder();
                SshServer server = new SshServer(folder);
                ProxyProcess proxy = ProxyProcess.start(folder, engine, server.port())) {
            assertThat(ssh(server, proxy, "echo it works").succeed().text()).isEqualTo("it works\n");
            Path file = folder.path("file");
            String sent;
            try (OutputStream to = Files.newOutputStream(file)) {
                sent = Digest.write(to, 6, BYTES);
            }
            byte[] back = ssh(server, proxy, "cat").input(file).succeed().output();
            assertThat(Digest.of(new java.io.ByteArrayInputStream(back))).isEqualTo(sent);
            assertThat(ssh(server, proxy, "exit 7").run().exit()).isEqualTo(7);

            Records records = proxy.stop().number(3).allDelivered();
            assertThat(records.where(
                            s -> Records.received(s, "client") > BYTES && Records.received(s, "upstream") > BYTES))
                    .hasSize(1);
            // The client says that it goes, and closes; a server that is quick with the word closes first.
            List<JsonNode> byFins = records.where(
                    session -> session.at("/client/close/peer_fin/at").isTextual()
                            && session.at("/upstream/close/peer_fin/at").isTextual());
            assertThat(byFins).isNotEmpty().allSatisfy(session -> {
                String client = session.at("/client/close/peer_fin/at").asText();
                String upstream = session.at("/upstream/close/peer_fin/at").asText();
                boolean clientWasFirst = Instant.parse(client).isBefore(Instant.parse(upstream));
                assertThat(session.at("/close/first_by").asText()).isEqualTo(clientWasFirst ? "client" : "upstream");
            });
        }
    }

    private static Program ssh(SshServer server, ProxyProcess proxy, String command) {
        List<String> whole = new ArrayList<>(server.client(proxy.port()));
        whole.addAll(List.of("127.0.0.1", command));
        return Program.of(whole);
    }
}
