package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose.TimeWaitHolder;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.WireFacts;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the wire tells of a living proxy's legs wins where it knows best, and changes nothing else. */
final class WireFactsTest {
    private static final Fact<Long> KERNEL = Fact.kernel(77L);
    private static final Fact<Long> SOCKET = Fact.socket(88L);

    private static LegRecord socketLeg(Leg leg) {
        LegFixture it = new LegFixture(leg);
        it.bytesReceived = SOCKET;
        it.bytesSent = SOCKET;
        it.segmentsReceived = KERNEL;
        it.segmentsSent = KERNEL;
        it.firstReceivedAt = SOCKET;
        it.lastReceivedAt = SOCKET;
        it.firstSentAt = SOCKET;
        it.lastSentAt = SOCKET;
        it.smoothedRttNanos = KERNEL;
        it.minRttNanos = KERNEL;
        it.retransmitsSent = KERNEL;
        it.retransmittedBytesSent = KERNEL;
        it.peerZeroWindows = KERNEL;
        it.peerZeroWindowTime = KERNEL;
        it.busyTime = KERNEL;
        it.receiverLimitedTime = KERNEL;
        it.sendBufferLimitedTime = KERNEL;
        it.unackedSegments = KERNEL;
        it.notSentBytes = KERNEL;
        it.pausedTime = SOCKET;
        it.pauses = SOCKET;
        it.heldBytesMax = SOCKET;
        it.undeliveredBytes = SOCKET;
        it.synAt = SOCKET;
        it.synToSynAck = KERNEL;
        it.synAckToAck = KERNEL;
        it.handshakeRtt = KERNEL;
        it.acceptDelayNanos = SOCKET;
        it.connectDuration = SOCKET;
        it.synRetransmits = KERNEL;
        it.synAckRetransmits = KERNEL;
        it.peerFin = Fact.socket(CloseMark.at(SOCKET));
        it.localRst = Fact.socket(CloseMark.at(SOCKET));
        it.timeWaitHolder = Fact.inferred(TimeWaitHolder.LOCAL);
        it.peerCloseWait = SOCKET;
        it.localCloseWait = SOCKET;
        it.peerFinWait2 = SOCKET;
        it.localFinWait2 = SOCKET;
        it.bytesSentAfterPeerFin = SOCKET;
        it.bytesReceivedAfterLocalFin = SOCKET;
        return it.build();
    }

    private static Fact<Long> markAt(Observation<CloseMark> observed) {
        return Objects.requireNonNull(observed.orNull()).at();
    }

    private static ConnectionFacts facts() {
        return untilTheLastAck().ack(51, true).live(FlowEndReason.CLOSED);
    }

    private static WirePlay untilTheLastAck() {
        return WirePlay.of(1, 5_000, 2, 80)
                .opened(0)
                .data(10, true, 7)
                .again(12, true, 7)
                .data(20, false, 30)
                .fin(30, true)
                .ack(31, false)
                .fin(50, false);
    }

    private static LegRecord merged(CaptureMode mode, long dropped, Endpoint peer) {
        return WireFacts.into(
                socketLeg(peer == Endpoint.ORIGINATOR ? CLIENT : UPSTREAM),
                new LegWire(mode, false, dropped, peer, facts(), null));
    }

    private static long at(long micros) {
        return WirePlay.START + micros * 1_000;
    }

    private static <T> Fact<T> wire(T value) {
        return new Fact<>(value, Source.WIRE);
    }

    @Test
    void withoutTheWireTheRecordIsTheSame() {
        LegRecord leg = socketLeg(CLIENT);
        assertThat(WireFacts.into(leg, null)).isSameAs(leg);
    }

    @Test
    void wireKnowsTimesAndWhatWasSentAgain() {
        LegRecord leg = merged(CaptureMode.HEADERS, 0, Endpoint.ORIGINATOR);
        assertThat(leg.handshake().synAt()).isEqualTo(wire(at(0)));
        assertThat(leg.handshake().acceptDelay()).isEqualTo(SOCKET);
        assertThat(leg.handshake().rtt()).isEqualTo(KERNEL);
        assertThat(leg.handshake().originator().retransmits()).isEqualTo(wire(0L));
        assertThat(leg.data().traffic().bytesReceived()).isEqualTo(SOCKET);
        assertThat(leg.data().traffic().segmentsReceived()).isEqualTo(KERNEL);
        assertThat(leg.data().traffic().firstReceivedAt()).isEqualTo(wire(at(10)));
        assertThat(leg.data().loss().retransmitsSent()).isEqualTo(wire(0L));
        assertThat(leg.data().loss().retransmitsReceived()).isEqualTo(wire(1L));
        assertThat(leg.data().loss().bytesReceived()).isEqualTo(wire(7L));
        assertThat(leg.data().windows().peerZeroWindows()).isEqualTo(wire(0L));
        assertThat(markAt(leg.close().peerFin())).isEqualTo(wire(at(30)));
        assertThat(markAt(leg.close().localRst())).isEqualTo(SOCKET);
        assertThat(leg.close().timeWaitHolder()).isEqualTo(wire(TimeWaitHolder.PEER));
        assertThat(leg.close().afterFin().bytesSent()).isEqualTo(SOCKET);
        assertThat(leg.completeness()).isEqualTo(31);
    }

    @Test
    void onTheUpstreamLegThePeerIsTheResponder() {
        LegRecord leg = merged(CaptureMode.HEADERS, 0, Endpoint.RESPONDER);
        assertThat(leg.data().traffic().firstReceivedAt()).isEqualTo(wire(at(20)));
        assertThat(leg.data().traffic().firstSentAt()).isEqualTo(wire(at(10)));
        assertThat(leg.data().loss().retransmitsSent()).isEqualTo(wire(1L));
        assertThat(markAt(leg.close().peerFin())).isEqualTo(wire(at(50)));
        assertThat(markAt(leg.close().localFin())).isEqualTo(wire(at(30)));
        assertThat(leg.close().timeWaitHolder()).isEqualTo(wire(TimeWaitHolder.LOCAL));
    }

    @Test
    void captureWithoutDataSaysNothingOfData() {
        LegRecord leg = merged(CaptureMode.LIFECYCLE, 0, Endpoint.ORIGINATOR);
        assertThat(leg.data().traffic().firstReceivedAt()).isEqualTo(SOCKET);
        assertThat(leg.data().loss().retransmitsSent()).isEqualTo(KERNEL);
        assertThat(leg.data().loss().retransmitsReceived().fact()).isNull();
        assertThat(leg.data().relay().urgentSeen().fact()).isNull();
        assertThat(markAt(leg.close().peerFin())).isEqualTo(wire(at(30)));
    }

    @Test
    void afterALossTheKernelsCountsStay() {
        LegRecord leg = merged(CaptureMode.HEADERS, 3, Endpoint.ORIGINATOR);
        assertThat(leg.data().loss().retransmitsSent()).isEqualTo(KERNEL);
        assertThat(leg.data().loss().retransmitsReceived())
                .as("nobody else knows")
                .isEqualTo(wire(1L));
    }

    @Test
    void captureThatEndedBeforeItsLegHasNoWordOnWhatIsNow() {
        WirePlay seen = untilTheLastAck();
        LegWire wire = new LegWire(
                CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, seen.live(FlowEndReason.CAPTURE_ENDED), null);
        LegRecord leg = WireFacts.into(socketLeg(CLIENT), wire);
        assertThat(leg.handshake().synAt()).isEqualTo(wire(at(0)));
        assertThat(leg.data().traffic().firstReceivedAt()).isEqualTo(wire(at(10)));
        assertThat(leg.lastReceivedAt()).as("more may have come").isEqualTo(SOCKET);
        assertThat(leg.data().loss().retransmitsSent())
                .as("more may have been sent")
                .isEqualTo(KERNEL);
        assertThat(leg.data().queue().state().fact()).isNull();
        assertThat(markAt(leg.close().peerFin())).isEqualTo(wire(at(30)));
        assertThat(markAt(leg.close().localFin())).isEqualTo(wire(at(50)));
        assertThat(leg.close().timeWaitHolder()).isEqualTo(Fact.inferred(TimeWaitHolder.LOCAL));
        assertThat(leg.close().waits().peerFinWait2()).as("nobody saw its end").isEqualTo(SOCKET);

        CloseMark localFin = Objects.requireNonNull(leg.close().localFin().orNull());
        assertThat(localFin.acknowledged().isNotObserved())
                .as("its ACK may have come unseen")
                .isTrue();
        CloseMark peerFin = Objects.requireNonNull(leg.close().peerFin().orNull());
        assertThat(peerFin.acknowledged()).isEqualTo(wire(true));
        assertThat(leg.data().flight().lastHeardAt().isNotObserved()).isTrue();
        assertThat(leg.data().flight().unackedSince().isNotObserved()).isTrue();
        LegRecord whole = WireFacts.into(
                socketLeg(CLIENT),
                new LegWire(
                        CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, seen.live(FlowEndReason.LIVING), null));
        CloseMark wholeFin = Objects.requireNonNull(whole.close().localFin().orNull());
        assertThat(wholeFin.acknowledged()).isEqualTo(wire(false));
        assertThat(whole.data().flight().lastHeardAt()).isEqualTo(wire(at(30)));
    }

    @Test
    void captureThatSawEverythingSaysThatThereWasNoRst() {
        LegRecord whole = merged(CaptureMode.HEADERS, 0, Endpoint.ORIGINATOR);
        assertThat(whole.close().peerRst()).isEqualTo(Observation.none(Source.WIRE));
        assertThat(whole.data().path().lastIcmp()).isEqualTo(Observation.none(Source.WIRE));
        LegRecord lossy = merged(CaptureMode.HEADERS, 3, Endpoint.ORIGINATOR);
        assertThat(lossy.close().peerRst().isNotObserved())
                .as("it may be among what was lost")
                .isTrue();
        assertThat(lossy.data().path().lastIcmp().isNotObserved()).isTrue();
    }

    @Test
    void trackerAsksItsWitnessesWheneverARecordIsMade() {
        SessionPlay play = SessionPlay.connected();
        assertThat(play.record().evidence()).isNotEqualTo(Source.WIRE);
        play.watched.captures().ofLeg(CLIENT, () -> null);
        assertThat(play.record().client().wire()).isNull();
        play.watched
                .captures()
                .ofLeg(CLIENT, () -> new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, facts(), null));
        play.watched
                .captures()
                .ofLeg(UPSTREAM, () -> new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.RESPONDER, facts(), null));
        SessionRecord record = play.record();
        assertThat(record.evidence()).isEqualTo(Source.WIRE);
        assertThat(record.client().connState()).isEqualTo("SF");
        assertThat(record.upstream().history()).startsWith("ShA");
        play.watched.captures().ofLeg(CLIENT, null);
        play.watched.captures().ofLeg(UPSTREAM, null);
        assertThat(play.record().evidence()).isNotEqualTo(Source.WIRE);
    }

    @Test
    void flightThatFillsThePeersWindowIsKnownFromTheCapture() {
        WirePlay play = WirePlay.of(1, 5_000, 2, 80).opened(0).ack(5, false).data(10, true, 64_000);
        LegData.Windows room = inFile(play, UPSTREAM).data().windows();
        assertThat(room.fullSince()).isEqualTo(Observation.none(Source.WIRE));
        assertThat(room.full()).isEqualTo(wire(false));
        LegData.Windows full = inFile(play.data(20, true, 128), UPSTREAM).data().windows();
        assertThat(full.fullSince()).isEqualTo(wire(at(20)));
        assertThat(full.longestZeroWindow()).isEqualTo(wire(0L));
        assertThat(full.full()).isEqualTo(wire(true));
        assertThat(merged(CaptureMode.LIFECYCLE, 0, Endpoint.RESPONDER)
                        .data()
                        .windows()
                        .full()
                        .isNotObserved())
                .isTrue();
    }

    @Test
    void dataLeftOutForItsChecksumLeavesTheCaptureIncomplete() {
        WirePlay play = WirePlay.of(1, 5_000, 2, 80).opened(0).data(10, true, 7);
        LegWire whole = Objects.requireNonNull(inFile(play, CLIENT).wire());
        assertThat(whole.dataWithWrongChecksum()).isZero();
        assertThat(whole.isComplete()).isTrue();
        LegWire less = Objects.requireNonNull(
                inFile(play.data(20, true, 9).withWrongChecksum(), CLIENT).wire());
        assertThat(less.dataWithWrongChecksum()).isEqualTo(1);
        assertThat(less.isComplete()).isFalse();
    }

    @Test
    void segmentsThatWereAllLeftOutShowNoConnection() {
        WirePlay play = WirePlay.of(1, 5_000, 2, 80).ack(10, true);
        assertThat(inFile(play, CLIENT).established()).isTrue();
        assertThat(inFile(play.withWrongChecksum(), CLIENT).established()).isFalse();
    }

    private static LegRecord inFile(WirePlay play, Leg leg) {
        Endpoint peer = leg == CLIENT ? Endpoint.ORIGINATOR : Endpoint.RESPONDER;
        return WireFacts.alone(
                leg,
                new LegRecord.Ends(SessionPlay.CLIENT, SessionPlay.UPSTREAM),
                LegRecord.Search.NONE,
                new LegWire(CaptureMode.FILE, false, null, peer, play.facts(), null));
    }

    /** The client's FIN came at {@code client}, the upstream's at {@code upstream}; each was passed on 3 us later. */
    private static SessionRecord closed(SessionPlay play, long client, long upstream) {
        ConnectionFacts clientLeg = bothFins(WirePlay.of(1, 5_000, 2, 80).opened(0), client, upstream + 3);
        ConnectionFacts upstreamLeg = bothFins(WirePlay.of(2, 6_000, 3, 8_080).opened(5), client + 3, upstream);
        play.watched
                .captures()
                .ofLeg(
                        CLIENT,
                        () -> new LegWire(CaptureMode.LIFECYCLE, false, 0L, Endpoint.ORIGINATOR, clientLeg, null));
        play.watched
                .captures()
                .ofLeg(
                        UPSTREAM,
                        () -> new LegWire(CaptureMode.LIFECYCLE, false, 0L, Endpoint.RESPONDER, upstreamLeg, null));
        return play.record();
    }

    private static ConnectionFacts bothFins(WirePlay play, long originator, long responder) {
        return originator < responder
                ? play.fin(originator, true).fin(responder, false).live(FlowEndReason.CLOSED)
                : play.fin(responder, false).fin(originator, true).live(FlowEndReason.CLOSED);
    }

    @Test
    void wiresOrderOfFinsCorrectsTheLoops() {
        SessionPlay play = SessionPlay.connected()
                .fin(UPSTREAM)
                .after(1)
                .shut(CLIENT)
                .fin(CLIENT)
                .shut(UPSTREAM);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN);
        assertThat(record.close().first()).extracting(CloseAct::by).isEqualTo(CloseAct.Actor.CLIENT);
        assertThat(record.close().first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.FIN);
        assertThat(record.close().halfClose().by()).isEqualTo(CLIENT);
        assertThat(record.close().halfClose().time()).isEqualTo(wire(40_000L));
        assertThat(record.close().halfClose().bytesAfter().fact())
                .as("the sockets counted for the other")
                .isNull();
        assertThat(record.close().clientFinRelay()).isEqualTo(wire(3_000L));
        assertThat(record.close().upstreamFinRelay()).isEqualTo(wire(3_000L));
    }

    @Test
    void sameOrderKeepsWhatTheSocketsCounted() {
        SessionPlay play = SessionPlay.connected()
                .fin(CLIENT)
                .after(1)
                .shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().halfClose().by()).isEqualTo(CLIENT);
        assertThat(record.close().halfClose().bytesAfter()).isEqualTo(Fact.socket(0L));
        SessionRecord other = closed(
                SessionPlay.connected()
                        .fin(UPSTREAM)
                        .after(1)
                        .shut(CLIENT)
                        .fin(CLIENT)
                        .shut(UPSTREAM),
                140,
                100);
        assertThat(other.close().halfClose().by()).isEqualTo(UPSTREAM);
    }

    @Test
    void actThatTheWireDoesNotHaveLeavesTheOrderAlone() {
        SessionPlay play = SessionPlay.connected()
                .fin(CLIENT)
                .after(1)
                .proxyEnded(ProxyReason.IDLE_TIMEOUT)
                .reset(CLIENT)
                .reset(UPSTREAM);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_FIN, CloseAct.PROXY_TIMEOUT);
        assertThat(record.close().halfClose().by()).isEqualTo(CLIENT);
    }

    @Test
    void resetsAreOrderedByTheWireToo() {
        SessionPlay play = SessionPlay.connected().failed(UPSTREAM, 104).failed(CLIENT, 104);
        ConnectionFacts first =
                WirePlay.of(1, 5_000, 2, 80).opened(0).rst(100, true).live(FlowEndReason.CLOSED);
        ConnectionFacts second =
                WirePlay.of(2, 6_000, 3, 8_080).opened(5).rst(110, false).live(FlowEndReason.CLOSED);
        play.watched
                .captures()
                .ofLeg(CLIENT, () -> new LegWire(CaptureMode.HEADERS, false, null, Endpoint.ORIGINATOR, first, null));
        play.watched
                .captures()
                .ofLeg(UPSTREAM, () -> new LegWire(CaptureMode.HEADERS, false, null, Endpoint.RESPONDER, second, null));
        SessionRecord record = play.record();
        assertThat(record.close().order()).containsExactly(CloseAct.CLIENT_RST, CloseAct.UPSTREAM_RST);
        assertThat(record.close().first()).extracting(CloseAct::how).isEqualTo(CloseAct.How.RST);
        assertThat(record.close().clientFinRelay().fact()).isNull();
    }
}
