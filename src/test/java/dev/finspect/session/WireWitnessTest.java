package dev.finspect.session;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the wire tells of a living proxy's legs wins where it knows best, and changes nothing else. */
final class WireWitnessTest {
    private static final Fact<Long> KERNEL = Fact.kernel(77L);
    private static final Fact<Long> SOCKET = Fact.socket(88L);

    private static LegRecord socketLeg(Leg leg) {
        LegData known = LegData.UNKNOWN;
        LegData data = new LegData(
                SOCKET,
                SOCKET,
                KERNEL,
                KERNEL,
                SOCKET,
                SOCKET,
                SOCKET,
                SOCKET,
                KERNEL,
                KERNEL,
                KERNEL,
                null,
                KERNEL,
                null,
                KERNEL,
                KERNEL,
                null,
                null,
                KERNEL,
                KERNEL,
                KERNEL,
                KERNEL,
                KERNEL,
                SOCKET,
                SOCKET,
                SOCKET,
                SOCKET,
                known.urgentSeen(),
                known.state());
        Handshake.Side side = new Handshake.Side(null, null, KERNEL, null, KERNEL, KERNEL, null, null, null);
        Handshake handshake =
                new Handshake(SOCKET, null, null, KERNEL, KERNEL, SOCKET, SOCKET, KERNEL, null, side, side);
        LegClose close = new LegClose(
                new LegClose.Flag(SOCKET, null, null, null, null),
                null,
                null,
                new LegClose.Flag(SOCKET, null, null, null, null),
                null,
                null,
                Fact.inferred("local"),
                SOCKET,
                SOCKET,
                SOCKET,
                SOCKET,
                SOCKET,
                SOCKET);
        return new LegRecord(leg, null, null, List.of(), List.of(), handshake, data, close);
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
        assertThat(leg.data().bytesReceived()).isEqualTo(SOCKET);
        assertThat(leg.data().segmentsReceived()).isEqualTo(KERNEL);
        assertThat(leg.data().firstReceivedAt()).isEqualTo(wire(at(10)));
        assertThat(leg.data().retransmitsSent()).isEqualTo(wire(0L));
        assertThat(leg.data().retransmitsReceived()).isEqualTo(wire(1L));
        assertThat(leg.data().retransmittedBytesReceived()).isEqualTo(wire(7L));
        assertThat(leg.data().peerZeroWindows()).isEqualTo(wire(0L));
        assertThat(leg.close().peerFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(30)));
        assertThat(leg.close().localRst()).extracting(LegClose.Flag::at).isEqualTo(SOCKET);
        assertThat(leg.close().timeWaitHolder()).isEqualTo(wire("peer"));
        assertThat(leg.close().bytesSentAfterPeerFin()).isEqualTo(SOCKET);
        assertThat(leg.completeness()).isEqualTo(31);
    }

    @Test
    void onTheUpstreamLegThePeerIsTheResponder() {
        LegRecord leg = merged(CaptureMode.HEADERS, 0, Endpoint.RESPONDER);
        assertThat(leg.data().firstReceivedAt()).isEqualTo(wire(at(20)));
        assertThat(leg.data().firstSentAt()).isEqualTo(wire(at(10)));
        assertThat(leg.data().retransmitsSent()).isEqualTo(wire(1L));
        assertThat(leg.close().peerFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(50)));
        assertThat(leg.close().localFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(30)));
        assertThat(leg.close().timeWaitHolder()).isEqualTo(wire("local"));
    }

    @Test
    void captureWithoutDataSaysNothingOfData() {
        LegRecord leg = merged(CaptureMode.LIFECYCLE, 0, Endpoint.ORIGINATOR);
        assertThat(leg.data().firstReceivedAt()).isEqualTo(SOCKET);
        assertThat(leg.data().retransmitsSent()).isEqualTo(KERNEL);
        assertThat(leg.data().retransmitsReceived()).isNull();
        assertThat(leg.data().urgentSeen()).isNull();
        assertThat(leg.close().peerFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(30)));
    }

    @Test
    void afterALossTheKernelsCountsStay() {
        LegRecord leg = merged(CaptureMode.HEADERS, 3, Endpoint.ORIGINATOR);
        assertThat(leg.data().retransmitsSent()).isEqualTo(KERNEL);
        assertThat(leg.data().retransmitsReceived()).as("nobody else knows").isEqualTo(wire(1L));
    }

    @Test
    void captureThatEndedBeforeItsLegHasNoWordOnWhatIsNow() {
        WirePlay seen = untilTheLastAck();
        LegWire wire =
                new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, seen.live(FlowEndReason.CAPTURE_ENDED), null);
        LegRecord leg = WireFacts.into(socketLeg(CLIENT), wire);
        assertThat(leg.handshake().synAt()).isEqualTo(wire(at(0)));
        assertThat(leg.data().firstReceivedAt()).isEqualTo(wire(at(10)));
        assertThat(leg.data().lastReceivedAt()).as("more may have come").isEqualTo(SOCKET);
        assertThat(leg.data().retransmitsSent()).as("more may have been sent").isEqualTo(KERNEL);
        assertThat(leg.data().state()).isNull();
        assertThat(leg.close().peerFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(30)));
        assertThat(leg.close().localFin()).extracting(LegClose.Flag::at).isEqualTo(wire(at(50)));
        assertThat(leg.close().timeWaitHolder()).isEqualTo(Fact.inferred("local"));
        assertThat(leg.close().peerFinWait2()).as("nobody saw its end").isEqualTo(SOCKET);

        LegSnapshot sheet = LegSheet.of(leg, null);
        assertThat(Objects.requireNonNull(sheet.localFin).acknowledged())
                .as("its ACK may have come unseen")
                .isNull();
        assertThat(Objects.requireNonNull(sheet.peerFin).acknowledged()).isEqualTo(wire(true));
        assertThat(sheet.lastHeardAt).isNull();
        assertThat(sheet.unackedSince).isNull();
        LegSnapshot whole = LegSheet.of(
                WireFacts.into(
                        socketLeg(CLIENT),
                        new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, seen.live(FlowEndReason.LIVING), null)),
                null);
        assertThat(Objects.requireNonNull(whole.localFin).acknowledged()).isEqualTo(wire(false));
        assertThat(whole.lastHeardAt).isEqualTo(wire(at(30)));
    }

    @Test
    void trackerAsksItsWitnessesWheneverARecordIsMade() {
        Play play = Play.connected();
        assertThat(play.record().evidence()).isNotEqualTo(Source.WIRE);
        play.tracker.witnesses().ofLeg(CLIENT, () -> null);
        assertThat(play.record().client().wire()).isNull();
        play.tracker
                .witnesses()
                .ofLeg(CLIENT, () -> new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.ORIGINATOR, facts(), null));
        play.tracker
                .witnesses()
                .ofLeg(UPSTREAM, () -> new LegWire(CaptureMode.HEADERS, false, 0L, Endpoint.RESPONDER, facts(), null));
        SessionRecord record = play.record();
        assertThat(record.evidence()).isEqualTo(Source.WIRE);
        assertThat(record.client().connState()).isEqualTo("SF");
        assertThat(record.upstream().history()).startsWith("ShA");
        play.tracker.witnesses().ofLeg(CLIENT, null);
        play.tracker.witnesses().ofLeg(UPSTREAM, null);
        assertThat(play.record().evidence()).isNotEqualTo(Source.WIRE);
    }

    /** The client's FIN came at {@code client}, the upstream's at {@code upstream}; each was passed on 3 us later. */
    private static SessionRecord closed(Play play, long client, long upstream) {
        ConnectionFacts clientLeg = bothFins(WirePlay.of(1, 5_000, 2, 80).opened(0), client, upstream + 3);
        ConnectionFacts upstreamLeg = bothFins(WirePlay.of(2, 6_000, 3, 8_080).opened(5), client + 3, upstream);
        play.tracker
                .witnesses()
                .ofLeg(CLIENT, () -> new LegWire(CaptureMode.LIFECYCLE, false, 0L, Endpoint.ORIGINATOR, clientLeg, null));
        play.tracker
                .witnesses()
                .ofLeg(UPSTREAM, () -> new LegWire(CaptureMode.LIFECYCLE, false, 0L, Endpoint.RESPONDER, upstreamLeg, null));
        return play.record();
    }

    private static ConnectionFacts bothFins(WirePlay play, long originator, long responder) {
        return originator < responder
                ? play.fin(originator, true).fin(responder, false).live(FlowEndReason.CLOSED)
                : play.fin(responder, false).fin(originator, true).live(FlowEndReason.CLOSED);
    }

    @Test
    void wiresOrderOfFinsCorrectsTheLoops() {
        Play play =
                Play.connected().fin(UPSTREAM).after(1).shut(CLIENT).fin(CLIENT).shut(UPSTREAM);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().order()).containsExactly("client.fin", "upstream.fin");
        assertThat(record.close().firstBy()).isEqualTo("client");
        assertThat(record.close().firstHow()).isEqualTo("fin");
        assertThat(record.close().halfClosedBy()).isEqualTo(CLIENT);
        assertThat(record.close().halfCloseTime()).isEqualTo(wire(40_000L));
        assertThat(record.close().bytesAfterFirstFin())
                .as("the sockets counted for the other")
                .isNull();
        assertThat(record.close().clientFinRelay()).isEqualTo(wire(3_000L));
        assertThat(record.close().upstreamFinRelay()).isEqualTo(wire(3_000L));
    }

    @Test
    void sameOrderKeepsWhatTheSocketsCounted() {
        Play play = Play.connected()
                .fin(CLIENT)
                .after(1)
                .shut(UPSTREAM)
                .fin(UPSTREAM)
                .shut(CLIENT);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().halfClosedBy()).isEqualTo(CLIENT);
        assertThat(record.close().bytesAfterFirstFin()).isEqualTo(Fact.socket(0L));
        SessionRecord other = closed(
                Play.connected().fin(UPSTREAM).after(1).shut(CLIENT).fin(CLIENT).shut(UPSTREAM), 140, 100);
        assertThat(other.close().halfClosedBy()).isEqualTo(UPSTREAM);
    }

    @Test
    void actThatTheWireDoesNotHaveLeavesTheOrderAlone() {
        Play play = Play.connected()
                .fin(CLIENT)
                .after(1)
                .proxyEnded(ProxyReason.IDLE_TIMEOUT)
                .reset(CLIENT)
                .reset(UPSTREAM);
        SessionRecord record = closed(play, 100, 140);
        assertThat(record.close().order()).containsExactly("client.fin", "proxy.reset");
        assertThat(record.close().halfClosedBy()).isEqualTo(CLIENT);
    }

    @Test
    void resetsAreOrderedByTheWireToo() {
        Play play = Play.connected().failed(UPSTREAM, 104).failed(CLIENT, 104);
        ConnectionFacts first =
                WirePlay.of(1, 5_000, 2, 80).opened(0).rst(100, true).live(FlowEndReason.CLOSED);
        ConnectionFacts second =
                WirePlay.of(2, 6_000, 3, 8_080).opened(5).rst(110, false).live(FlowEndReason.CLOSED);
        play.tracker
                .witnesses()
                .ofLeg(CLIENT, () -> new LegWire(CaptureMode.HEADERS, false, null, Endpoint.ORIGINATOR, first, null));
        play.tracker
                .witnesses()
                .ofLeg(UPSTREAM, () -> new LegWire(CaptureMode.HEADERS, false, null, Endpoint.RESPONDER, second, null));
        SessionRecord record = play.record();
        assertThat(record.close().order()).containsExactly("client.rst", "upstream.rst");
        assertThat(record.close().firstHow()).isEqualTo("rst");
        assertThat(record.close().clientFinRelay()).isNull();
    }
}
