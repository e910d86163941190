package dev.finspect.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.wire.TcpInfo;
import org.junit.jupiter.api.Test;

/** What the checks conclude from what they find. */
final class ChecksTest {
    @Test
    void aShortTcpInfoLacksTheFieldsBehindItsEnd() {
        assertThat(Checks.absent(TcpInfo.MAX_LENGTH)).isEmpty();
        assertThat(Checks.absent(192)).containsExactly("bytes_retransmitted", "peer_window_bytes");
        assertThat(Checks.absent(104)).contains("bytes_acked", "min_rtt_micros").doesNotContain("total_retransmits");
    }

    @Test
    void whatIsMissingSaysHowToGainIt() {
        assertThat(Checks.make())
                .hasSize(10)
                .allSatisfy(finding -> assertThat(finding.found()).isNotBlank())
                .filteredOn(finding -> finding.grade() != Finding.Grade.OK)
                .allSatisfy(finding -> assertThat(finding.gain()).isNotBlank());
    }
}
