package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.LegData;
import dev.finspect.session.SessionEvent;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.TcpInfo;
import org.junit.jupiter.api.Test;

/** What the record says of the data phase. */
final class DataFactsTest {
    @Test
    void bytesAndTheirTimesComeFromTheSocket() {
        SessionPlay play = SessionPlay.connected();
        play.after(8).relayed(CLIENT, 100);
        play.after(5).relayed(CLIENT, 20).relayed(UPSTREAM, 7);
        LegData client = play.record().client().data();
        assertThat(client.traffic().bytesReceived()).isEqualTo(Fact.socket(120L));
        assertThat(client.traffic().bytesSent()).isEqualTo(Fact.socket(7L));
        assertThat(client.traffic().firstReceivedAt()).isEqualTo(Fact.socket(at(10)));
        assertThat(client.traffic().lastReceivedAt()).isEqualTo(Fact.socket(at(15)));
        assertThat(client.traffic().firstSentAt()).isEqualTo(Fact.socket(at(15)));
        assertThat(client.traffic().lastSentAt()).isEqualTo(Fact.socket(at(15)));
        assertThat(play.record().upstream().data().traffic().bytesSent()).isEqualTo(Fact.socket(120L));
    }

    @Test
    void nothingReadFromTheKernelStaysUnknown() {
        LegData data = new SessionPlay()
                .accepted(SessionPlay.SYN, null)
                .connected(null)
                .record()
                .upstream()
                .data();
        Observation<Long> none = Observation.none(Source.SOCKET);
        assertThat(data.traffic())
                .isEqualTo(new LegData.Traffic(
                        Fact.socket(0L),
                        Fact.socket(0L),
                        Observation.notObserved(),
                        Observation.notObserved(),
                        none,
                        none,
                        none,
                        none));
        assertThat(data.path()).isEqualTo(LegData.Path.NOT_OBSERVED);
        assertThat(data.loss()).isEqualTo(LegData.Loss.NOT_OBSERVED);
        assertThat(data.windows()).isEqualTo(LegData.Windows.NOT_OBSERVED);
        assertThat(data.queue()).isEqualTo(LegData.Queue.NOT_OBSERVED);
        assertThat(data.flight()).isEqualTo(LegData.Flight.NOT_OBSERVED);
        assertThat(data.relay())
                .isEqualTo(new LegData.Relay(
                        Fact.socket(0L),
                        Fact.socket(0L),
                        none,
                        Fact.socket(0L),
                        Fact.socket(0L),
                        Observation.none(Source.SOCKET),
                        Fact.socket(0L)));
    }

    @Test
    void numbersThatAnOldKernelLacksStayUnknownAndItsStateIsKnown() {
        LegData data =
                new SessionPlay().accepted(null, Info.empty()).record().client().data();
        assertThat(data.queue().state()).isEqualTo(Fact.kernel(TcpState.CLOSED));
        assertThat(data.traffic().segmentsSent().fact()).isNull();
        assertThat(data.path().minRtt().fact()).isNull();
        assertThat(data.queue().busyTime().fact()).isNull();
        assertThat(data.loss().bytesSent().fact()).isNull();
        assertThat(data.queue().notSentBytes().fact()).isNull();
        assertThat(data.queue().peerWindowBytes().fact()).isNull();
        assertThat(data.windows().peerZeroWindows().fact()).isNull();
        assertThat(data.windows().peerZeroWindowTime().fact()).isNull();
    }

    @Test
    void latestReadingOfTheKernelCounts() {
        SessionPlay play = SessionPlay.connected();
        play.after(1_000)
                .sampled(
                        UPSTREAM, new Info().rtt(900).retransmits(4).notSent(77).receiverLimited(2_000));
        LegData data = play.record().upstream().data();
        assertThat(data.traffic().segmentsReceived()).isEqualTo(Fact.kernel(12L));
        assertThat(data.traffic().segmentsSent()).isEqualTo(Fact.kernel(11L));
        assertThat(data.path().smoothedRtt()).isEqualTo(Fact.kernel(900_000L));
        assertThat(data.path().minRtt()).isEqualTo(Fact.kernel(200_000L));
        assertThat(data.loss().retransmitsSent()).isEqualTo(Fact.kernel(4L));
        assertThat(data.loss().bytesSent()).isEqualTo(Fact.kernel(400L));
        assertThat(data.queue().busyTime()).isEqualTo(Fact.kernel(3_000_000L));
        assertThat(data.queue().receiverLimitedTime()).isEqualTo(Fact.kernel(2_000_000L));
        assertThat(data.queue().sendBufferLimitedTime()).isEqualTo(Fact.kernel(5_000_000L));
        assertThat(data.queue().unackedSegments()).isEqualTo(Fact.kernel(3L));
        assertThat(data.queue().notSentBytes()).isEqualTo(Fact.kernel(77L));
        assertThat(data.queue().peerWindowBytes()).isEqualTo(Fact.kernel(65_536L));
        assertThat(data.queue().state()).isEqualTo(Fact.kernel(TcpState.ESTABLISHED));
        assertThat(data.loss().retransmitsReceived().fact()).isNull();
        assertThat(data.windows().localZeroWindows().fact()).isNull();
    }

    @Test
    void stallEndsWithTheAcknowledgement() {
        SessionPlay play = SessionPlay.connected();
        play.after(100).sampled(UPSTREAM, new Info().unacked(1, 1_300).lastHeard(500, 500));
        play.after(500).sampled(UPSTREAM, new Info().unacked(0, 1_600).lastHeard(500, 10));
        assertThat(play.record().upstream().data().flight().stalledUntil().isKnown())
                .as("half a second is no stall")
                .isFalse();
        play.after(100).sampled(UPSTREAM, new Info().unacked(1, 1_600).lastHeard(500, 500));
        play.after(6_000).sampled(UPSTREAM, new Info().unacked(1, 1_600).lastHeard(7_000, 7_000));
        play.after(100).sampled(UPSTREAM, new Info().unacked(0, 1_900).lastHeard(500, 40));
        assertThat(play.record().upstream().data().flight().stalledUntil())
                .isEqualTo(Fact.kernel(
                        SessionPlay.START_EPOCH_NANOS + play.nowNanos - SessionPlay.START_NANOS - 40_000_000));
    }

    @Test
    void counterPastTwoThousandMillionIsReadWhole() {
        SessionPlay play = SessionPlay.connected().sampled(CLIENT, new Info().segmentsSent(3_000_000_000L));
        assertThat(play.record().client().data().traffic().segmentsSent()).isEqualTo(Fact.kernel(3_000_000_000L));
    }

    @Test
    void pausesAddUpAndOneThatLastsIsCountedToTheMoment() {
        SessionPlay play = SessionPlay.connected();
        pause(play).after(30);
        resume(play).after(100);
        pause(play).after(7);
        pause(play).after(5);
        assertThat(play.watched.tracker().paused(CLIENT)).isTrue();
        assertThat(play.watched.tracker().paused(UPSTREAM)).isFalse();
        LegData living = play.record().client().data();
        assertThat(living.relay().pausedTime()).isEqualTo(Fact.socket(42_000_000L));
        assertThat(living.relay().pauses()).isEqualTo(Fact.socket(2L));
        play.after(8);
        assertThat(play.ended().client().data().relay().pausedTime()).isEqualTo(Fact.socket(50_000_000L));
    }

    @Test
    void resumingWithoutAPauseChangesNothing() {
        SessionPlay play = SessionPlay.connected();
        resume(play).after(10);
        assertThat(play.record().client().data().relay().pausedTime()).isEqualTo(Fact.socket(0L));
        assertThat(play.watched.tracker().paused(CLIENT)).isFalse();
    }

    @Test
    void windowFoundClosedCountsUntilAReadingFindsItOpen() {
        SessionPlay play = SessionPlay.connected();
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(0).notSent(500));
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(0).probes(2));
        play.after(1_000).sampled(CLIENT, new Info().notSent(500));
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(0).notSent(1));
        play.after(500);
        LegData data = play.record().client().data();
        assertThat(data.windows().peerZeroWindows()).isEqualTo(Fact.inferred(2L));
        assertThat(data.windows().peerZeroWindowTime()).isEqualTo(Fact.inferred(2_500_000_000L));
        assertThat(data.windows().longestZeroWindow()).isEqualTo(Fact.inferred(2_000_000_000L));
    }

    @Test
    void windowIsFullWhereTheFlightLeavesNoRoomForASegment() {
        SessionPlay play = SessionPlay.connected();
        play.relayed(UPSTREAM, 2_100);
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(1_101));
        assertThat(play.record().client().data().windows().full()).isEqualTo(Fact.inferred(false));
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(1_100));
        Observation<Long> since = play.record().client().data().windows().fullSince();
        assertThat(since.isKnown()).isTrue();
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(1_200).notSent(50));
        assertThat(play.record().client().data().windows().fullSince())
                .as("more waits, and a whole segment has no room")
                .isEqualTo(since);
        assertThat(play.record().client().data().windows().full()).isEqualTo(Fact.inferred(true));
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(65_536).notSent(50));
        assertThat(play.record().client().data().windows().full()).isEqualTo(Fact.inferred(false));
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(TcpInfo.ABSENT));
        assertThat(play.record().client().data().queue().peerWindowBytes().isNotObserved())
                .isTrue();
        assertThat(play.record().client().data().windows().full().isNotObserved())
                .isTrue();
    }

    @Test
    void closedWindowEndsWithTheConnection() {
        SessionPlay play = SessionPlay.connected();
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(0).notSent(500));
        play.after(300).failed(CLIENT, 104).after(1_000);
        TcpInfo last =
                new Info().state(TcpState.CLOSED).peerWindow(0).notSent(500).build();
        LegData data = play.ended(last, null).client().data();
        assertThat(data.windows().peerZeroWindows()).isEqualTo(Fact.inferred(1L));
        assertThat(data.windows().peerZeroWindowTime()).isEqualTo(Fact.inferred(1_300_000_000L));
    }

    @Test
    void closedWindowWithNothingToSendHoldsNothingBack() {
        SessionPlay play = SessionPlay.connected();
        play.after(1_000).sampled(CLIENT, new Info().peerWindow(0));
        assertThat(play.record().client().data().windows().peerZeroWindows()).isEqualTo(Fact.kernel(0L));
    }

    @Test
    void shortClosureThatNoSweepFoundIsNotDenied() {
        SessionPlay play = SessionPlay.connected();
        play.after(10).sampled(CLIENT, new Info().receiverLimited(4_000));
        assertThat(play.record().client().data().windows().peerZeroWindowTime()).isEqualTo(Fact.inferred(0L));
        TcpInfo limited = new Info().receiverLimited(4_000).build();
        assertThat(new SessionPlay()
                        .accepted(null, limited)
                        .record()
                        .client()
                        .data()
                        .windows()
                        .peerZeroWindows()
                        .fact())
                .isNull();
        SessionPlay withoutWindow = SessionPlay.connected();
        withoutWindow.sampled(CLIENT, new Info().receiverLimited(4_000).peerWindow(TcpInfo.ABSENT));
        assertThat(withoutWindow.record().client().data().windows().peerZeroWindows())
                .isEqualTo(Fact.inferred(0L));
    }

    @Test
    void heldAndUndeliveredBytesAreThoseOfTheReceiver() {
        LegData upstream =
                SessionPlay.connected().stuck(CLIENT, 640).record().upstream().data();
        assertThat(upstream.relay().heldBytesMax()).isEqualTo(Fact.socket(640L));
        assertThat(upstream.relay().undeliveredBytes()).isEqualTo(Fact.socket(640L));
    }

    @Test
    void urgentDataIsSaid() {
        SessionPlay play = SessionPlay.connected();
        play.tell(new SessionEvent.UrgentSeen(play.nowNanos, UPSTREAM));
        assertThat(play.record().upstream().data().relay().urgentSeen()).isEqualTo(Fact.socket(true));
        assertThat(play.record().client().data().relay().urgentSeen().fact()).isNull();
    }

    private static SessionPlay pause(SessionPlay play) {
        return play.tell(new SessionEvent.Paused(play.nowNanos, CLIENT));
    }

    private static SessionPlay resume(SessionPlay play) {
        return play.tell(new SessionEvent.Resumed(play.nowNanos, CLIENT));
    }

    private static long at(long millis) {
        return SessionPlay.START_EPOCH_NANOS + millis * 1_000_000;
    }
}
