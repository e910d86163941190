package dev.finspect.cli.read;

import static dev.finspect.cli.read.EthernetCapture.ACK;
import static dev.finspect.cli.read.EthernetCapture.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code finspect read} of segments that IP cut into fragments. */
final class ReadFragmentsTest {
    private static EthernetCapture request() {
        return new EthernetCapture()
                .segment(0, 0, true, SYN, 1_000, 0, 0)
                .segment(1, 0, false, SYN | ACK, 5_000, 1_001, 0)
                .segment(2, 0, true, ACK, 1_001, 5_001, 0)
                .segment(3, 0, true, ACK, 1_001, 5_001, 100)
                .segment(4, 0, false, ACK, 5_001, 1_101, 0);
    }

    @Test
    void bytesOfAllFragmentsCount() throws IOException {
        EthernetCapture capture = request()
                .fragments(10, false, 5_001, 1_101, 1_400, 592, 0, 1, 2)
                .segment(20, 0, true, ACK, 1_101, 6_401, 0)
                .fragments(30, false, 6_401, 1_101, 1_400, 592, 2, 0, 1)
                .segment(40, 0, true, ACK, 1_101, 7_801, 0);
        assertThat(capture.records()).singleElement().satisfies(record -> {
            assertThat(record.at("/client/data/sent_bytes").asLong()).isEqualTo(2_800);
            assertThat(record.at("/client/wire/segments_missed").asBoolean()).isFalse();
            assertThat(record.at("/client/wire/local/missed_bytes").asLong()).isZero();
        });
        assertThat(capture.read().err())
                .isEqualTo("finspect: 13 packets, 9 TCP segments, 4 more fragments, 1 connection\n");
    }

    /** The network loses the later fragments of an answer: nobody may say that the upstream does not answer. */
    @Test
    void answerThatLosesFragmentsIsLostInTheNetwork() throws IOException {
        EthernetCapture capture = request();
        int at = 10;
        for (int wait = 200; wait < 8_000; wait *= 2) {
            capture.fragments(at, false, 5_001, 1_101, 1_400, 592, 0);
            at += wait;
        }
        capture.fragments(at, false, 5_001, 1_101, 1_400, 592, 0, 1);
        assertThat(capture.records()).singleElement().satisfies(record -> {
            JsonNode finding = record.at("/findings/0");
            assertThat(finding.get("id").asText()).isEqualTo("network-loss");
            assertThat(finding.get("blame").asText()).doesNotContain("upstream");
        });
        assertThat(capture.read().err()).contains(" of which fragments are missing, ");
    }
}
