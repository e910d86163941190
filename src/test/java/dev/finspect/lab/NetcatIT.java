package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NeedsPrograms("nc")
final class NetcatIT {
    private static final long QUESTION_BYTES = 200_000_000;
    private static final long ANSWER_BYTES = 20_000_000;

    /** What was heard, and what was answered. */
    private record Digests(String heard, String answered) {}

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void serverAnswersOnlyAfterTheClientsFin(String engine) throws IOException {
        try (LabFolder folder = new LabFolder();
                OneService<Digests> service = new OneService<>(client -> {
                    String heard = Digest.of(client.getInputStream());
                    return new Digests(heard, Digest.write(client.getOutputStream(), 2, ANSWER_BYTES));
                });
                ProxyProcess proxy = ProxyProcess.start(folder, engine, service.port())) {
            Path question = folder.path("question");
            String asked;
            try (OutputStream file = Files.newOutputStream(question)) {
                asked = Digest.write(file, 1, QUESTION_BYTES);
            }

            Program.Ran nc = Program.of(Programs.path("nc"), "-N", "127.0.0.1", String.valueOf(proxy.port()))
                    .input(question)
                    .succeed();

            Digests digests = service.result();
            assertThat(digests.heard()).isEqualTo(asked);
            assertThat(Digest.of(new java.io.ByteArrayInputStream(nc.output()))).isEqualTo(digests.answered());
            Records records = proxy.stop().number(1).allDelivered().clientClosedFirst();
            JsonNode session = records.only();
            assertThat(Records.received(session, "client")).isEqualTo(QUESTION_BYTES);
            assertThat(Records.received(session, "upstream")).isEqualTo(ANSWER_BYTES);
            assertThat(session.at("/close/half_closed_by").asText()).isEqualTo("client");
            assertThat(session.at("/close/after_first_fin_bytes").asLong()).isEqualTo(ANSWER_BYTES);
        }
    }
}
