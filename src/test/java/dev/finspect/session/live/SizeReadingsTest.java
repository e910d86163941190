package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.tcp.Fact;
import org.junit.jupiter.api.Test;

/** Which sizes are lost, and which pass behind them, by readings of the kernel alone; a full segment has 1,448 bytes. */
final class SizeReadingsTest {
    private static final long IN_FLIGHT = 3_000;

    private final SizeReadings readings = new SizeReadings();

    @Test
    void theOldestSegmentIsWhatIsSentAgainBetweenTwoReadingsWithoutProgress() {
        // By then the small one was sent again too.
        readings.read(stalled(2, 3, 1_448 + 2 * 104, 1), IN_FLIGHT);
        assertThat(readings.sentAgain().isNone()).isTrue();
        readings.read(stalled(3, 4, 2 * 1_448 + 2 * 104, 1), IN_FLIGHT);
        assertThat(readings.sentAgain()).isEqualTo(Fact.kernel(1_448L));
        assertThat(readings.sacked()).isEqualTo(Fact.inferred(104L));
        readings.read(stalled(3, 4, 2 * 1_448 + 2 * 104, 1), IN_FLIGHT);
        assertThat(readings.sentAgain()).as("nothing new").isEqualTo(Fact.kernel(1_448L));
        readings.read(stalled(4, 5, 2 * 1_448 + 2 * 104 + 724, 1), IN_FLIGHT);
        assertThat(readings.sentAgain()).as("in halves").isEqualTo(Fact.kernel(724L));
    }

    @Test
    void progressBeginsAnew() {
        readings.read(stalled(2, 2, 2_896, 1), IN_FLIGHT);
        readings.read(stalled(3, 3, 4_344, 1), IN_FLIGHT);
        readings.read(info(3, 4, 5_792, 0).unacked(2, 1_448).build(), 1_552);
        assertThat(readings.sentAgain().isNone()).isTrue();
        readings.read(info(0, 4, 5_792, 0).unacked(0, 3_000).build(), 0);
        readings.read(info(0, 4, 5_792, 0).unacked(0, 3_000).build(), 0);
        assertThat(readings.sentAgain().isNone()).isTrue();
    }

    @Test
    void aFullSegmentAmongThoseThatPassedLeavesTheRestUnknown() {
        readings.read(stalled(2, 2, 2_896, 2), IN_FLIGHT);
        assertThat(readings.sacked().isNotObserved()).isTrue();
        readings.read(stalled(2, 2, 2_896, 3), IN_FLIGHT);
        assertThat(readings.sacked().isNotObserved()).isTrue();
        readings.read(stalled(2, 2, 2_896, 0), IN_FLIGHT);
        assertThat(readings.sacked().isNotObserved()).isTrue();
        readings.read(stalled(2, 2, 2_896, 1), 2_000);
        assertThat(readings.sacked().isNotObserved()).as("others are small too").isTrue();
    }

    @Test
    void aKernelThatDoesNotCountSaysNothing() {
        readings.read(info(2, -1, -1, 1).unacked(3, 0).build(), IN_FLIGHT);
        readings.read(info(3, -1, -1, 1).unacked(3, 0).build(), IN_FLIGHT);
        assertThat(readings.sentAgain().isNone()).isTrue();
        readings.read(Info.empty(), -1);
        assertThat(readings.sacked().isNotObserved()).isTrue();
    }

    private static dev.finspect.wire.TcpInfo stalled(long backoffs, long segments, long bytes, long sacked) {
        return info(backoffs, segments, bytes, sacked).unacked(3, 0).build();
    }

    private static Info info(long backoffs, long segments, long bytes, long sacked) {
        return new Info().backoffs(backoffs).sentAgain(segments, bytes).sacked(sacked);
    }
}
