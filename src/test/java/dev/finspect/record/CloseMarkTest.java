package dev.finspect.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a captured FIN or RST says of the bytes that its sender took. finspect is the originator of the upstream's leg. */
final class CloseMarkTest {
    private final LegFixture upstream = new LegFixture(Leg.UPSTREAM);

    private static WirePlay asked(int bytes) {
        return WirePlay.of(1, 5_000, 2, 80).opened(0).data(10, true, bytes).ack(11, false);
    }

    private LegClose closed(CaptureMode mode, boolean startMissed, WirePlay play) {
        LegWire wire = new LegWire(mode, startMissed, 0L, Endpoint.RESPONDER, play.live(FlowEndReason.LIVING), null);
        return WireFacts.into(upstream.build(), wire).close();
    }

    private CloseMark fin(CaptureMode mode, WirePlay play) {
        return known(closed(mode, false, play).peerFin());
    }

    private CloseMark rst(CaptureMode mode, WirePlay play) {
        return known(closed(mode, false, play).peerRst());
    }

    private static CloseMark known(Observation<CloseMark> mark) {
        return Objects.requireNonNull(mark.orNull());
    }

    @Test
    void theFinAcknowledgesTheRequestOrNot() {
        upstream.bytesSent = Fact.socket(7L);
        CloseMark after = fin(CaptureMode.HEADERS, asked(7).fin(20, false));
        assertThat(after.ackFlag()).isEqualTo(Fact.wire(true));
        assertThat(after.ackedBytes()).isEqualTo(Fact.wire(7L));
        assertThat(after.answersAck().isNotObserved()).isTrue();
        CloseMark crossed =
                fin(CaptureMode.HEADERS, WirePlay.of(1, 5_000, 2, 80).opened(0).fin(20, false));
        assertThat(crossed.ackedBytes()).isEqualTo(Fact.wire(0L));
    }

    @Test
    void inALifecycleCaptureTheBytesThemselvesAreNotSeen() {
        upstream.bytesSent = Fact.socket(7L + (3L << 32));
        assertThat(fin(CaptureMode.LIFECYCLE, asked(7).fin(20, false)).ackedBytes())
                .as("three times around")
                .isEqualTo(Fact.wire(7L + (3L << 32)));
        upstream.bytesSent = Fact.socket(12L);
        assertThat(fin(CaptureMode.LIFECYCLE, asked(7).fin(20, false)).ackedBytes())
                .as("not the last bytes")
                .isEqualTo(Fact.wire(7L));
    }

    @Test
    void aProxyHeaderAndAFinAreNoBytes() {
        upstream.bytesSent = Fact.socket(7L);
        upstream.headerBytes = Fact.socket(28L);
        assertThat(fin(CaptureMode.HEADERS, asked(35).fin(20, false)).ackedBytes())
                .isEqualTo(Fact.wire(7L));
        assertThat(fin(CaptureMode.HEADERS, asked(20).fin(20, false)).ackedBytes())
                .as("the header is not whole")
                .isEqualTo(Fact.wire(0L));
        assertThat(fin(CaptureMode.HEADERS, asked(35).fin(15, true).fin(20, false))
                        .ackedBytes())
                .isEqualTo(Fact.wire(7L));
    }

    @Test
    void theRstOfALivingSocketHasAnAckAndThatOfNoneAnswersOne() {
        upstream.bytesSent = Fact.socket(7L);
        CloseMark alive = rst(CaptureMode.HEADERS, asked(7).rst(20, false));
        assertThat(alive.ackedBytes()).isEqualTo(Fact.wire(7L));
        assertThat(alive.answersAck()).isEqualTo(Fact.wire(false));
        CloseMark gone = rst(CaptureMode.HEADERS, asked(7).rstWithoutAck(20, false));
        assertThat(gone.ackFlag()).isEqualTo(Fact.wire(false));
        assertThat(gone.ackedBytes()).isEqualTo(Observation.none(Source.WIRE));
        assertThat(gone.answersAck()).isEqualTo(Fact.wire(true));
    }

    @Test
    void theSegmentThatAnRstAnswersMayBeOneThatWasNotCaptured() {
        WirePlay play = WirePlay.of(1, 5_000, 2, 80)
                .opened(0)
                .data(10, true, 7)
                .data(12, false, 9)
                .rstWithoutAck(20, false);
        assertThat(rst(CaptureMode.HEADERS, play).answersAck()).isEqualTo(Fact.wire(false));
        assertThat(rst(CaptureMode.LIFECYCLE, play).answersAck().isNotObserved())
                .isTrue();
    }

    @Test
    void withoutTheSynNobodyKnowsWhereTheBytesBegan() {
        WirePlay late = WirePlay.of(1, 5_000, 2, 80).ack(5, true).fin(20, false);
        CloseMark live = known(closed(CaptureMode.HEADERS, true, late).peerFin());
        assertThat(live.ackFlag()).isEqualTo(Fact.wire(true));
        assertThat(live.ackedBytes().isNotObserved()).isTrue();
        CloseMark file =
                known(closed(CaptureMode.FILE, false, late.data(6, true, 4)).peerFin());
        assertThat(file.ackedBytes()).as("of those captured").isEqualTo(Fact.wire(0L));
    }
}
