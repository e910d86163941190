package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** An acknowledgement of finspect's FIN that no capture shows, since it came with bytes, and a reading of the kernel proves. */
final class FinAcknowledgedTest {
    private final SessionPlay play = SessionPlay.connected().fin(CLIENT).shut(UPSTREAM);

    @Test
    void acknowledgementThatCameWithBytesIsKnownByFinWait2() {
        captured();
        play.after(500).sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_2));
        assertThat(fin().acknowledged()).isEqualTo(Fact.kernel(true));
        assertThat(fin().timeToAck().fact()).isNull();
        assertThat(leg().data().flight().localState()).isEqualTo(Fact.kernel(TcpState.FIN_WAIT_2));
        assertThat(leg().data().queue().state()).as("what the capture shows").isEqualTo(Fact.wire(TcpState.FIN_WAIT_1));
    }

    @Test
    void lateOneHasTheTimeOfTheReading() {
        captured();
        play.after(4_000).sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_2));
        assertThat(fin().timeToAck()).isEqualTo(Fact.inferred(4_000_000_000L));
    }

    @Test
    void withoutACaptureTheReadingCountsAsWell() {
        play.after(4_000).sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_2));
        assertThat(fin().acknowledged()).isEqualTo(Fact.kernel(true));
        assertThat(fin().timeToAck()).isEqualTo(Fact.inferred(4_000_000_000L));
    }

    @Test
    void withoutSuchAReadingTheCaptureIsBelieved() {
        captured();
        assertThat(fin().acknowledged()).isEqualTo(Fact.wire(false));
        play.after(1_000).sampled(UPSTREAM, new Info().state(TcpState.FIN_WAIT_1));
        assertThat(fin().acknowledged()).isEqualTo(Fact.wire(false));
    }

    private LegRecord leg() {
        return play.record().upstream();
    }

    private CloseMark fin() {
        return Objects.requireNonNull(leg().close().localFin().orNull());
    }

    /** finspect, the originator on this leg, has sent its FIN. */
    private void captured() {
        WirePlay seen = WirePlay.of(2, 6_000, 3, 8_080).opened(5).fin(100, true);
        LegWire wire = new LegWire(
                CaptureMode.LIFECYCLE, false, 0L, Endpoint.RESPONDER, seen.live(FlowEndReason.LIVING), null);
        play.watched.captures().ofLeg(UPSTREAM, () -> wire);
    }
}
