package dev.finspect.session.passive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.watch.DiagnosisSettings;
import dev.finspect.session.watch.PeerSockets;
import dev.finspect.session.watch.RouteDiagnosis;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Since when something is open that can end by itself, and when that is worth a look. */
final class PassiveStateTest {
    private static final long MICRO = 1_000;
    private static final long SECOND = 1_000_000_000L;

    @Test
    void handshakeWithoutItsLastStepIsOpenFromItsBeginning() {
        assertThat(state(play().syn(0))).isEqualTo(WirePlay.START);
        assertThat(state(play().syn(0).synAck(50))).isEqualTo(WirePlay.START);
        assertThat(state(play().opened(0))).isEqualTo(LegTraffic.NEVER);
        // The ACK is missing from the capture, and the request shows that it was sent.
        assertThat(state(play().syn(0).synAck(50).data(900, true, 100))).isGreaterThan(WirePlay.START);
    }

    @Test
    void bytesInFlightAreOpenSinceTheEarlierOfBothEnds() {
        assertThat(state(play().opened(0).data(1_000, true, 100))).isEqualTo(WirePlay.START + 1_000 * MICRO);
        assertThat(state(play().opened(0).data(2_000, false, 100))).isEqualTo(WirePlay.START + 2_000 * MICRO);
        assertThat(state(play().opened(0).data(1_000, true, 100).ack(1_100, false)))
                .isEqualTo(LegTraffic.NEVER);
    }

    @Test
    void firstFinKeepsItOpen() {
        assertThat(state(play().opened(0).fin(500, true).ack(600, false))).isEqualTo(WirePlay.START);
    }

    @Test
    void lookIsDueWhileSomethingIsOpenAndWhenARestPassesAThreshold() {
        RouteDiagnosis diagnosis =
                Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE));
        long last = WirePlay.START;
        PassiveState open = new PassiveState(last, last, last, false);
        assertThat(open.isDue(diagnosis, last, last + SECOND / 10)).isFalse();
        assertThat(open.isDue(diagnosis, last, last + 2 * SECOND)).isTrue();
        PassiveState rests = new PassiveState(LegTraffic.NEVER, last, last - 58 * SECOND, false);
        assertThat(rests.isDue(diagnosis, last, last + SECOND / 10)).isFalse();
        assertThat(rests.isDue(diagnosis, last + SECOND / 10, last + 2 * SECOND + SECOND / 2))
                .as("a minute without a byte, or a second without a segment")
                .isTrue();
    }

    private static long state(WirePlay play) {
        return PassiveState.of(play.live(FlowEndReason.LIVING)).openSinceNanos();
    }

    private static WirePlay play() {
        return WirePlay.of(1, 5_000, 2, 80);
    }
}
