package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.WireFacts;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import org.junit.jupiter.api.Test;

/** Whether bytes of the upstream wait behind missing ones, by the kernel's readings and by captured segments. */
final class HoleTest {
    private static final long NONE_READ = 100;

    private final SessionPlay play = connected();

    private static SessionPlay connected() {
        SessionPlay play = SessionPlay.connected();
        play.relayed(Leg.UPSTREAM, NONE_READ);
        return play;
    }

    @Test
    void nothingIsMissingWhereNoSegmentCameOutOfOrder() {
        read(NONE_READ, 0, -1);
        assertThat(hole().since().isNone()).isTrue();
        assertThat(hole().at().isKnown()).isTrue();
    }

    @Test
    void segmentsThatNobodyCanReadAreAHoleAfterTwoReadings() {
        read(NONE_READ, 1, 1_488);
        assertThat(hole().since().isNotObserved())
                .as("may be a byte on its way to the reader")
                .isTrue();
        Observation<Long> first = now();
        read(NONE_READ, 1, 1_488);
        assertThat(hole().since().orNull()).isEqualTo(first.orNull());
        assertThat(hole().at().orNull()).isEqualTo(now().orNull());
        read(NONE_READ, 1, 0);
        assertThat(hole().since().isNone()).isTrue();
    }

    @Test
    void progressBeginsAnewAndUnreadBytesHideAHole() {
        read(NONE_READ, 1, 1_488);
        play.relayed(Leg.UPSTREAM, 50);
        read(NONE_READ + 50, 2, 1_488);
        assertThat(hole().since().isNotObserved()).isTrue();
        read(NONE_READ + 90, 2, 1_488);
        read(NONE_READ + 90, 2, 1_488);
        assertThat(hole().since().isNotObserved())
                .as("40 bytes wait for the reader")
                .isTrue();
    }

    @Test
    void aFinThatCameInOrderLeavesNoHole() {
        play.tell(new SessionEvent.Sampled(
                play.nowNanos,
                Leg.UPSTREAM,
                new Info().received(NONE_READ + 1, 3).state(TcpState.CLOSE_WAIT).build(),
                700));
        assertThat(hole().since().isNone()).isTrue();
    }

    @Test
    void moreSegmentsOutOfOrderSayTheSameWhereTheMemoryIsNotKnown() {
        read(NONE_READ, 1, -1);
        read(NONE_READ, 1, -1);
        assertThat(hole().since().isNotObserved()).isTrue();
        read(NONE_READ, 2, -1);
        read(NONE_READ, 2, -1);
        assertThat(hole().since().isKnown()).isTrue();
    }

    @Test
    void capturedBytesBehindMissingOnesAreNotThePeersLastWord() {
        LegData data = captured(LegData.Hole.NOT_OBSERVED, false);
        assertThat(data.loss().hole().since()).isEqualTo(Fact.wire(WirePlay.START + 30_000));
        assertThat(data.traffic().lastReceivedAt()).isEqualTo(Fact.wire(WirePlay.START + 10_000));
    }

    @Test
    void whatTheKernelDoesNotLackIsNoHole() {
        LegData.Hole none = new LegData.Hole(Observation.none(Source.KERNEL), Fact.kernel(5L));
        assertThat(captured(none, false).loss().hole()).isEqualTo(none);
        assertThat(captured(LegData.Hole.NOT_OBSERVED, true)
                        .loss()
                        .hole()
                        .since()
                        .isNone())
                .isTrue();
    }

    private static LegData captured(LegData.Hole kernel, boolean whole) {
        LegFixture leg = new LegFixture(Leg.UPSTREAM);
        leg.holeSince = kernel.since();
        leg.holeSeenAt = kernel.at();
        WirePlay play = WirePlay.of(1, 5_000, 2, 80).opened(0).data(5, true, 7).data(10, false, 30);
        if (!whole) {
            play.lost(false, 100);
        }
        LegRecord merged = WireFacts.into(
                leg.build(),
                new LegWire(
                        CaptureMode.HEADERS,
                        false,
                        0L,
                        Endpoint.RESPONDER,
                        play.data(30, false, 20).live(FlowEndReason.LIVING),
                        null));
        return merged.data();
    }

    private void read(long bytesInOrder, long outOfOrder, long memoryBytes) {
        play.after(1_000);
        play.tell(new SessionEvent.Sampled(
                play.nowNanos,
                Leg.UPSTREAM,
                new Info().received(bytesInOrder, outOfOrder).build(),
                memoryBytes));
    }

    private LegData.Hole hole() {
        return play.record().upstream().data().loss().hole();
    }

    private Observation<Long> now() {
        return Fact.kernel(play.watched.identity().epochNanos(play.nowNanos));
    }
}
