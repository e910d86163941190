package dev.finspect.session.join;

import static dev.finspect.session.join.Scene.CLIENT;
import static dev.finspect.session.join.Scene.CLIENT_SIDE;
import static dev.finspect.session.join.Scene.LISTENER;
import static dev.finspect.session.join.Scene.LOCAL;
import static dev.finspect.session.join.Scene.UPSTREAM;
import static dev.finspect.session.join.Scene.UPSTREAM_SIDE;
import static dev.finspect.session.join.Scene.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.Attempt;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.StateCounts;
import dev.finspect.session.kept.CaptureExport;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.session.live.LivingStates;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.capture.ByteSource;
import dev.finspect.wire.capture.CaptureReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which session a captured segment belongs to, and when a session's end is told. */
final class CaptureJoinTest {
    private static final InetSocketAddress SECOND_LOCAL = new InetSocketAddress("198.51.100.1", 50_124);

    private final Scene scene = new Scene();

    @Test
    void segmentsThatCameBeforeAcceptJoinTheirSession() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.connect(session, 9, LOCAL, UPSTREAM);
        scene.end(session, 20);
        scene.caughtUp(200);
        SessionRecord record = scene.closed.get(0);
        assertThat(record.evidence()).isEqualTo(Source.WIRE);
        assertThat(record.client().handshake().synAt()).isEqualTo(new Fact<>(at(0), Source.WIRE));
        assertThat(record.client().handshake().ackAt()).isEqualTo(new Fact<>(at(2), Source.WIRE));
        assertThat(record.client().handshake().acceptDelay()).isEqualTo(new Fact<>(3_000_000L, Source.WIRE));
        assertThat(record.upstream().handshake().originator().isn()).isEqualTo(new Fact<>(300L, Source.WIRE));
        assertThat(record.upstream().handshake().responder().isn()).isEqualTo(new Fact<>(400L, Source.WIRE));
    }

    /** A mode changes for the sessions that begin afterwards. */
    @Test
    void aRouteThatIsNotCapturedAnyMoreKeepsItsLivingSessionsCaptured() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.join.change(Scene.ROUTE, null, 10_000_000L, at(10));
        WatchedSession young = scene.accept("B", 15, CLIENT, 500L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(old, 20);
        scene.end(young, 21);
        assertThat(scene.closed).extracting(record -> record.identity().id()).containsExactly("B");
        scene.caughtUp(200);
        assertThat(scene.closed).extracting(record -> record.identity().id()).containsExactly("B", "A");
        assertThat(scene.closed.get(0).evidence()).isNotEqualTo(Source.WIRE);
        assertThat(scene.closed.get(1).evidence()).isEqualTo(Source.WIRE);
    }

    @Test
    void aRouteThatIsCapturedFromNowOnMayLackTheFirstSegmentsOfAConnectionThatWasUnderWay() {
        scene.join.change(Scene.ROUTE, null, 10_000_000L, at(10));
        scene.join.change(Scene.ROUTE, CaptureMode.LIFECYCLE, 20_000_000L, at(30));
        WatchedSession between = scene.accept("A", 15, CLIENT, 100L);
        scene.end(between, 21);
        WatchedSession late = scene.accept("B", 25, CLIENT, 500L);
        scene.segment(26, CLIENT, LISTENER, TcpFlags.ACK, 501, 1);
        scene.end(late, 28);
        scene.caughtUp(200);
        scene.segment(240, CLIENT, LISTENER, TcpFlags.SYN, 900, 0);
        WatchedSession young = scene.accept("C", 245, CLIENT, 900L);
        scene.end(young, 250);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(record -> record.identity().id()).containsExactly("A", "B", "C");
        assertThat(scene.closed.get(0).evidence()).isNotEqualTo(Source.WIRE);
        assertThat(wire(scene.closed.get(1).client()).startMissed()).isTrue();
        assertThat(wire(scene.closed.get(2).client()).startMissed()).isFalse();
    }

    @Test
    void otherRoutesAreWatchedForHandshakesThatAreNeverAccepted() {
        InetSocketAddress other = new InetSocketAddress("192.0.2.1", 15_433);
        scene.join.watch(List.of(new CapturedRoute("new", CaptureMode.LIFECYCLE, List.of(other))));
        scene.segment(0, CLIENT, other, TcpFlags.SYN, 100, 0);
        scene.segment(1, CLIENT, LISTENER, TcpFlags.SYN, 700, 0);
        scene.caughtUp(20_000);
        assertThat(scene.failed).extracting(record -> record.identity().route()).containsExactly("new");
    }

    @Test
    void segmentsThatTheKernelHandsOverLateJoinTheSessionThatIsThereAlready() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.caughtUp(6);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(session, 20);
        scene.caughtUp(200);
        assertThat(isn(scene.closed.get(0).client())).isEqualTo(100);
        assertThat(wire(scene.closed.get(0).client()).startMissed()).isFalse();
    }

    @Test
    void endWaitsForTheLastSegmentsAndIsToldOnce() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(session, 20);
        scene.caughtUp(21);
        assertThat(scene.closed).isEmpty();
        assertThat(scene.join.waiting()).isEqualTo(1);
        scene.segment(19, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 101, 201);
        scene.caughtUp(20 + CaptureJoin.SETTLE_NANOS / 1_000_000);
        scene.caughtUp(1000);
        assertThat(scene.closed).hasSize(1);
        assertThat(scene.join.waiting()).isZero();
        assertThat(fin(scene.closed.get(0).client())).isEqualTo(at(19));
    }

    /** Who closes the log when no end waits loses none. */
    @Test
    void endWaitsUntilTheSinksHaveIt() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.end(session, 20);
        scene.caughtUp(200);
        assertThat(scene.waitingWhenClosed).containsExactly(1);
        assertThat(scene.join.waiting()).isZero();
    }

    /** Both legs, each closed by two FINs that are acknowledged: nothing can follow. */
    @Test
    void endIsToldAtOnceWhenTheWireHasSaidAll() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.connect(session, 9, LOCAL, UPSTREAM);
        closed(20, CLIENT, LISTENER, 101, 201);
        scene.end(session, 25);
        scene.caughtUp(26);
        assertThat(scene.closed).as("the upstream's FINs have not come").isEmpty();
        scene.segment(21, LOCAL, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 301, 401);
        scene.segment(22, UPSTREAM, LOCAL, TcpFlags.FIN | TcpFlags.ACK, 401, 302);
        assertThat(scene.closed).as("the last ACK has not come").isEmpty();
        scene.segment(23, LOCAL, UPSTREAM, TcpFlags.ACK, 302, 402);
        assertThat(scene.closed).hasSize(1);
        assertThat(scene.join.waiting()).isZero();
        assertThat(scene.closed.get(0).upstream().history()).isEqualTo("ShAFf");
        scene.caughtUp(1000);
        assertThat(scene.closed).as("once").hasSize(1);
        assertThat(scene.join.following()).isZero();
    }

    @Test
    void endIsToldAtOnceWhenTheWireWasSooner() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        closed(20, CLIENT, LISTENER, 101, 201);
        scene.end(session, 25);
        scene.caughtUp(26);
        assertThat(scene.closed).hasSize(1);
    }

    /** What was in flight when one end reset comes behind its RST. */
    @Test
    void endAfterAResetWaitsForWhatTheOtherEndSaid() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.segment(20, CLIENT, LISTENER, TcpFlags.RST | TcpFlags.ACK, 101, 201);
        scene.end(session, 25);
        scene.caughtUp(26);
        assertThat(scene.closed).isEmpty();
        scene.caughtUp(200);
        assertThat(scene.closed).hasSize(1);
    }

    /** An attempt that failed and whose own port nobody knows may still be found among the SYNs of that time. */
    @Test
    void endWithAnAttemptToBeFoundWaits() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.fail(session, 6, 8, null, ConnectResult.TIMED_OUT);
        closed(20, CLIENT, LISTENER, 101, 201);
        scene.end(session, 25);
        scene.caughtUp(26);
        assertThat(scene.closed).isEmpty();
        scene.segment(7, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.caughtUp(200);
        assertThat(syn(scene.closed.get(0).upstream().attempts().get(0)).initialSequenceNumber())
                .isEqualTo(300);
    }

    /** Two FINs and their ACKs. */
    private void closed(long millis, InetSocketAddress from, InetSocketAddress to, long sequence, long peerSequence) {
        scene.segment(millis, from, to, TcpFlags.FIN | TcpFlags.ACK, sequence, peerSequence);
        scene.segment(millis + 1, to, from, TcpFlags.FIN | TcpFlags.ACK, peerSequence, sequence + 1);
        scene.segment(millis + 2, from, to, TcpFlags.ACK, sequence + 1, peerSequence + 1);
    }

    @Test
    void endIsToldByLaterTrafficToo() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.end(session, 20);
        scene.segment(500, CLIENT, LISTENER, TcpFlags.SYN, 7, 0);
        assertThat(scene.closed).hasSize(1);
    }

    @Test
    void bothLegsWithOneAndTheSamePortsAreToldApartByTheirNumbers() {
        scene.handshake(0, CLIENT, UPSTREAM, 100, 200);
        scene.interfaceId = UPSTREAM_SIDE;
        scene.handshake(10, CLIENT, UPSTREAM, 900, 800);
        WatchedSession session = new WatchedSession(
                new dev.finspect.session.SessionIdentity(
                        "A", Scene.ROUTE, LISTENER, CLIENT, UPSTREAM, at(5), 5_000_000),
                scene.join,
                null);
        session.happened(new dev.finspect.session.SessionEvent.Accepted(
                5_000_000, new dev.finspect.wire.SynSegment(100, 64_240, 64, 1_460, 7, true, null), null));
        scene.connect(session, 13, CLIENT, UPSTREAM);
        scene.interfaceId = CLIENT_SIDE;
        scene.segment(20, CLIENT, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 101, 201);
        scene.interfaceId = UPSTREAM_SIDE;
        scene.segment(21, CLIENT, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 901, 801);
        scene.end(session, 30);
        scene.caughtUp(500);
        SessionRecord record = scene.closed.get(0);
        assertThat(isn(record.client())).isEqualTo(100);
        assertThat(isn(record.upstream())).isEqualTo(900);
        assertThat(fin(record.client())).isEqualTo(at(20));
        assertThat(time(record.upstream().close().localFin())).isEqualTo(at(21));
    }

    /** Client, finspect and server on one kernel: their numbers begin closer together than what is not captured of the data. */
    @Test
    void bothLegsWithOneAndTheSamePortsAreToldApartByTheWayThatTheirSegmentsGo() {
        scene.interfaceId = CLIENT_SIDE;
        scene.direction = Direction.INCOMING;
        scene.segment(0, CLIENT, UPSTREAM, TcpFlags.SYN, 1_000, 0);
        scene.direction = Direction.OUTGOING;
        scene.segment(1, UPSTREAM, CLIENT, TcpFlags.SYN | TcpFlags.ACK, 50_000, 1_001);
        scene.direction = Direction.INCOMING;
        scene.segment(2, CLIENT, UPSTREAM, TcpFlags.ACK, 1_001, 50_001);
        scene.interfaceId = UPSTREAM_SIDE;
        scene.direction = Direction.OUTGOING;
        scene.segment(10, CLIENT, UPSTREAM, TcpFlags.SYN, 6_000, 0);
        scene.direction = Direction.INCOMING;
        scene.segment(11, UPSTREAM, CLIENT, TcpFlags.SYN | TcpFlags.ACK, 55_000, 6_001);
        scene.direction = Direction.OUTGOING;
        scene.segment(12, CLIENT, UPSTREAM, TcpFlags.ACK, 6_001, 55_001);
        WatchedSession session = new WatchedSession(
                new dev.finspect.session.SessionIdentity(
                        "A", Scene.ROUTE, LISTENER, CLIENT, UPSTREAM, at(5), 5_000_000),
                scene.join,
                null);
        session.happened(new dev.finspect.session.SessionEvent.Accepted(
                5_000_000, new dev.finspect.wire.SynSegment(1_000, 64_240, 64, 1_460, 7, true, null), null));
        scene.connect(session, 13, CLIENT, UPSTREAM);
        // Two hundred thousand bytes later, of which nothing was captured; the server's leg is the nearer by number.
        scene.interfaceId = CLIENT_SIDE;
        scene.direction = Direction.INCOMING;
        scene.segment(20, CLIENT, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 201_001, 50_001);
        scene.interfaceId = UPSTREAM_SIDE;
        scene.direction = Direction.OUTGOING;
        scene.segment(21, CLIENT, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 206_001, 55_001);
        scene.end(session, 30);
        scene.caughtUp(500);
        SessionRecord record = scene.closed.get(0);
        assertThat(fin(record.client())).isEqualTo(at(20));
        assertThat(time(record.upstream().close().localFin())).isEqualTo(at(21));
    }

    @Test
    void answersFromARedirectedAddressJoinTheirQuestions() {
        scene.segment(0, CLIENT, LISTENER, TcpFlags.SYN, 100, 0);
        scene.segment(1, UPSTREAM, CLIENT, TcpFlags.SYN | TcpFlags.ACK, 200, 101);
        scene.segment(2, CLIENT, LISTENER, TcpFlags.ACK, 101, 201);
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.end(session, 20);
        scene.caughtUp(500);
        assertThat(scene.closed.get(0).client().handshake().responder().isn()).isEqualTo(new Fact<>(200L, Source.WIRE));
    }

    @Test
    void portUsedAgainWhileTheOldSessionWaitsBelongsToTheNewOne() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(old, 20);
        scene.handshake(25, CLIENT, LISTENER, 5000, 6000);
        WatchedSession young = scene.accept("B", 28, CLIENT, 5000L);
        scene.segment(29, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 5001, 6001);
        scene.end(young, 30);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.client())).containsExactly(100L, 5000L);
        assertThat(scene.closed.get(0).client().close().peerFin().fact()).isNull();
        assertThat(fin(scene.closed.get(1).client())).isEqualTo(at(29));
    }

    @Test
    void lastSegmentsThatComeAfterTheirPortWasAcceptedAgainBelongToTheOldSession() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(old, 20);
        WatchedSession young = scene.accept("B", 28, CLIENT, 5000L);
        scene.segment(18, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 101, 201);
        scene.segment(19, LISTENER, CLIENT, TcpFlags.FIN | TcpFlags.ACK, 201, 102);
        scene.handshake(25, CLIENT, LISTENER, 5000, 6000);
        scene.segment(29, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 5001, 6001);
        scene.end(young, 30);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.client())).containsExactly(100L, 5000L);
        assertThat(fin(scene.closed.get(0).client())).isEqualTo(at(18));
        assertThat(time(scene.closed.get(0).client().close().localFin())).isEqualTo(at(19));
        assertThat(fin(scene.closed.get(1).client())).isEqualTo(at(29));
        assertThat(wire(scene.closed.get(1).client()).facts().firstAtNanos()).isEqualTo(at(25));
    }

    @Test
    void lastSegmentsThatComeAfterTheirUpstreamPortWasTakenAgainBelongToTheOldSession() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.connect(old, 9, LOCAL, UPSTREAM);
        scene.end(old, 20);
        WatchedSession young = scene.accept("B", 21, CLIENT, 7000L);
        scene.connect(young, 25, LOCAL, UPSTREAM);
        scene.segment(22, LOCAL, UPSTREAM, TcpFlags.RST | TcpFlags.ACK, 301, 401);
        scene.handshake(23, LOCAL, UPSTREAM, 900, 1000);
        scene.segment(29, LOCAL, UPSTREAM, TcpFlags.FIN | TcpFlags.ACK, 901, 1001);
        scene.end(young, 30);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.upstream())).containsExactly(300L, 900L);
        assertThat(time(scene.closed.get(0).upstream().close().localRst())).isEqualTo(at(22));
        assertThat(scene.closed.get(1).upstream().close().localRst().fact()).isNull();
        assertThat(time(scene.closed.get(1).upstream().close().localFin())).isEqualTo(at(29));
    }

    @Test
    void upstreamWhoseLoopWasHeldUpBetweenTwoReadingsOfTheClockHasItsSegments() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.connect(session, 20, LOCAL, UPSTREAM);
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.end(session, 30);
        scene.caughtUp(500);
        assertThat(isn(scene.closed.get(0).upstream())).isEqualTo(300);
    }

    @Test
    void connectionsOfOneUpstreamPortThatWereSeenBeforeTheirSessionsSpokeAreTakenInTheirOrder() {
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.segment(10, LOCAL, UPSTREAM, TcpFlags.RST | TcpFlags.ACK, 301, 401);
        scene.handshake(13, LOCAL, UPSTREAM, 900, 1000);
        twoSessionsOfOneUpstreamPort();
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.upstream())).containsExactly(300L, 900L);
    }

    @Test
    void connectionsOfOneUpstreamPortThatAreSeenAfterTheirSessionsSpokeAreGivenInTheirOrder() {
        twoSessionsOfOneUpstreamPort();
        scene.handshake(6, LOCAL, UPSTREAM, 300, 400);
        scene.segment(10, LOCAL, UPSTREAM, TcpFlags.RST | TcpFlags.ACK, 301, 401);
        scene.handshake(13, LOCAL, UPSTREAM, 900, 1000);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.upstream())).containsExactly(300L, 900L);
        assertThat(time(scene.closed.get(0).upstream().close().localRst())).isEqualTo(at(10));
        assertThat(scene.closed.get(1).upstream().close().localRst().fact()).isNull();
    }

    @Test
    void clientsOfOnePortWhoseSynNobodySavedAreTakenInTheirOrder() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.segment(3, CLIENT, LISTENER, TcpFlags.RST | TcpFlags.ACK, 101, 201);
        scene.handshake(4, CLIENT, LISTENER, 5000, 6000);
        WatchedSession old = scene.accept("A", 8, CLIENT, null);
        WatchedSession young = scene.accept("B", 9, CLIENT, null);
        scene.end(old, 20);
        scene.end(young, 21);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> isn(r.client())).containsExactly(100L, 5000L);
    }

    private void twoSessionsOfOneUpstreamPort() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.connect(old, 9, LOCAL, UPSTREAM);
        WatchedSession young = scene.accept("B", 11, CLIENT, 7000L);
        scene.connect(young, 16, LOCAL, UPSTREAM);
        scene.caughtUp(17);
        scene.end(old, 20);
        scene.end(young, 30);
    }

    @Test
    void acknowledgedPayloadThatIsNotCapturedKeepsLateSegmentsWithTheirSession() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.segment(10, LISTENER, CLIENT, TcpFlags.ACK, 201, 1_000_100);
        scene.end(old, 20);
        scene.accept("B", 28, CLIENT, 500_000L);
        scene.segment(18, CLIENT, LISTENER, TcpFlags.RST | TcpFlags.ACK, 1_000_100, 201);
        scene.caughtUp(500);
        assertThat(time(scene.closed.get(0).client().close().peerRst())).isEqualTo(at(18));
    }

    @Test
    void segmentsOfASessionToldLongAgoAreNoneOfTheNextOneOfTheirPort() {
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(old, 20);
        scene.caughtUp(500);
        WatchedSession young = scene.accept("B", 528, CLIENT, 5000L);
        scene.segment(510, LISTENER, CLIENT, TcpFlags.FIN | TcpFlags.ACK, 201, 101);
        scene.segment(511, CLIENT, LISTENER, TcpFlags.ACK, 101, 202);
        scene.handshake(525, CLIENT, LISTENER, 5000, 6000);
        scene.end(young, 530);
        scene.caughtUp(1000);
        assertThat(scene.closed.get(1).client().close().localFin().fact()).isNull();
        assertThat(wire(scene.closed.get(1).client()).facts().firstAtNanos()).isEqualTo(at(525));
    }

    @Test
    void refusedConnectionIsNotTakenForTheNextOneFromItsPort() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.segment(6, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.segment(7, UPSTREAM, LOCAL, TcpFlags.RST | TcpFlags.ACK, 0, 301);
        scene.connect(session, 25, LOCAL, UPSTREAM);
        scene.caughtUp(26);
        scene.handshake(23, LOCAL, UPSTREAM, 900, 1000);
        scene.end(session, 30);
        scene.caughtUp(500);
        assertThat(isn(scene.closed.get(0).upstream())).isEqualTo(900);
    }

    @Test
    void sessionWhoseSynPassedBeforeTheCaptureLookedSaysThatItsStartIsMissed() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.segment(11, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 101, 201);
        scene.end(session, 20);
        scene.caughtUp(500);
        assertThat(wire(scene.closed.get(0).client()).startMissed()).isTrue();
    }

    @Test
    void segmentThatAnotherInterfaceShowsOnceMoreIsNotARetransmission() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.segment(6, CLIENT, LISTENER, TcpFlags.ACK, 101, 201, 10);
        scene.interfaceId = 9;
        scene.segment(6, CLIENT, LISTENER, TcpFlags.ACK, 101, 201, 10);
        scene.end(session, 20);
        scene.caughtUp(500);
        assertThat(wire(scene.closed.get(0).client()).peerEnd().stream().retransmittedSegments())
                .isZero();
        WatchedSession again = scene.accept("B", 505, CLIENT, 700L);
        scene.handshake(500, CLIENT, LISTENER, 700, 800);
        scene.segment(506, CLIENT, LISTENER, TcpFlags.ACK, 701, 801, 10);
        scene.segment(507, CLIENT, LISTENER, TcpFlags.ACK, 701, 801, 10);
        scene.end(again, 520);
        scene.caughtUp(1000);
        assertThat(wire(scene.closed.get(1).client()).peerEnd().stream().retransmittedSegments())
                .isEqualTo(1);
    }

    @Test
    void lostPacketsMarkTheSessionsThatLived() {
        WatchedSession before = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(before, 20);
        scene.caughtUp(500);
        WatchedSession during = scene.accept("B", 505, CLIENT, 700L);
        scene.handshake(500, CLIENT, LISTENER, 700, 800);
        scene.join.dropped(17, at(510), at(520));
        scene.end(during, 530);
        scene.caughtUp(1000);
        assertThat(scene.closed)
                .extracting(r -> wire(r.client()).droppedPackets())
                .containsExactly(0L, 17L);
    }

    @Test
    void sessionOlderThanTheCaptureSaysThatItsStartIsMissed() {
        WatchedSession session = scene.accept("A", -2000, CLIENT, 100L);
        scene.segment(1, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 5000, 6000);
        scene.end(session, 20);
        scene.caughtUp(500);
        assertThat(wire(scene.closed.get(0).client()).startMissed()).isTrue();
        assertThat(fin(scene.closed.get(0).client())).isEqualTo(at(1));
    }

    @Test
    void sessionsBeyondThoseThatMayWaitAreToldAtOnceAndLeaveNothingBehind() {
        int sessions = Scene.MOST_WAITING + 50;
        for (int i = 0; i < sessions; i++) {
            WatchedSession session = scene.accept("S" + i, 5, new InetSocketAddress("192.0.2.8", 1024 + i), (long) i);
            scene.end(session, 20);
        }
        assertThat(scene.closed).hasSize(50);
        scene.caughtUp(500);
        assertThat(scene.closed).hasSize(sessions);
        assertThat(scene.join.following()).isZero();
    }

    @Test
    void sessionsBeyondThoseThatAreFollowedHaveRecordsWithoutTheWire() {
        for (int i = 0; i < Scene.MOST_SESSIONS; i++) {
            scene.accept("S" + i, 5, new InetSocketAddress("192.0.2.8", 1024 + i), (long) i);
        }
        scene.handshake(6, CLIENT, LISTENER, 100, 200);
        WatchedSession beyond = scene.accept("beyond", 9, CLIENT, 100L);
        scene.connect(beyond, 12, LOCAL, UPSTREAM);
        scene.end(beyond, 20);
        scene.caughtUp(200_000);
        assertThat(scene.closed).hasSize(1);
        assertThat(scene.closed.get(0).client().wire()).isNull();
        assertThat(scene.join.following()).isEqualTo(Scene.MOST_SESSIONS);
        assertThat(scene.failed).isEmpty();
    }

    @Test
    void captureThatEndsLetsAllSessionsGo() {
        WatchedSession waiting = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.end(waiting, 20);
        WatchedSession living = scene.accept("B", 21, new InetSocketAddress("192.0.2.8", 1), 5L);
        scene.join.ended("the network went down");
        assertThat(scene.closed).extracting(r -> r.identity().id()).containsExactly("A");
        assertThat(isn(scene.closed.get(0).client())).isEqualTo(100);
        scene.end(living, 30);
        WatchedSession later = scene.accept("C", 40, CLIENT, 9L);
        scene.end(later, 50);
        assertThat(scene.closed).extracting(r -> r.identity().id()).containsExactly("A", "B", "C");
        assertThat(scene.join.waiting()).isZero();
    }

    @Test
    void sessionThatOutlivesTheCaptureSaysThatNobodySawItsEnd() {
        WatchedSession session = scene.accept("A", 3, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.segment(5, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 101, 201);
        session.happened(new SessionEvent.PeerFin(6_000_000, Leg.CLIENT));
        session.happened(new SessionEvent.OutputShut(9_000_000, Leg.CLIENT));
        scene.segment(8, LISTENER, CLIENT, TcpFlags.FIN | TcpFlags.ACK, 201, 102);
        scene.caughtUp(10);
        SessionRecord before = session.record(10_000_000);
        assertThat(wire(before.client()).cut()).isFalse();
        assertThat(wire(before.client()).segmentsMissed()).isFalse();
        RouteCounters counters = new RouteCounters(Scene.ROUTE);
        LivingStates states = new LivingStates();
        states.look(session.tracker(), counters);
        assertThat(counters.states.count(Leg.CLIENT, StateCounts.Endpoint.PEER, TcpState.TIME_WAIT))
                .as("it has our FIN, and ours acknowledges its own")
                .isEqualTo(1);

        scene.join.ended("the network went down");
        assertThat(scene.join.following()).as("none is followed any more").isZero();
        states.look(session.tracker(), counters);
        assertThat(counters.states.count(Leg.CLIENT, StateCounts.Endpoint.PEER, TcpState.TIME_WAIT))
                .isZero();
        for (SessionRecord record : List.of(session.record(20_000_000), endedAt(session, 600_000))) {
            LegWire wire = wire(record.client());
            assertThat(wire.cut()).isTrue();
            assertThat(wire.facts().ending()).isEqualTo(FlowEndReason.CAPTURE_ENDED);
            assertThat(wire.segmentsMissed()).as("nobody can tell").isNull();
            assertThat(isn(record.client())).as("what was seen stays").isEqualTo(100);
            assertThat(fin(record.client())).isEqualTo(at(5));
            assertThat(record.client().data().queue().state().fact())
                    .as("what is now")
                    .isNull();
            assertThat(Objects.requireNonNull(
                                    record.client().close().timeWaitHolder().fact())
                            .source())
                    .as("nobody saw who has it")
                    .isEqualTo(Source.INFERRED);
        }
        assertThat(scene.join.kept("A")).as("what was captured").hasSize(1);
    }

    private SessionRecord endedAt(WatchedSession session, long millis) {
        scene.end(session, millis);
        return scene.closed.get(scene.closed.size() - 1);
    }

    @Test
    void clockThatIsSetBackHoldsNoRecordBack() {
        long backMillis = -3_600_000;
        WatchedSession old = scene.accept("A", 5, CLIENT, 100L);
        scene.fail(old, 6, 8, null, ConnectResult.REFUSED);
        scene.end(old, 20);
        scene.caughtUp(backMillis + 21, 21);
        assertThat(scene.closed).as("its last segments may still come").isEmpty();
        WatchedSession young = scene.accept("B", 5, new InetSocketAddress("192.0.2.8", 9), 7L);
        scene.end(young, 30);
        scene.caughtUp(backMillis + 200, 200);
        assertThat(scene.closed).extracting(r -> r.identity().id()).containsExactly("A", "B");
    }

    @Test
    void clockThatIsSetBackKeepsNoFailedAttemptForLong() {
        scene.segment(0, CLIENT, LISTENER, TcpFlags.SYN, 100, 0);
        scene.caughtUp(10);
        long backMillis = -3_600_000;
        scene.caughtUp(backMillis, 20);
        scene.caughtUp(backMillis + UnclaimedConnections.UNFINISHED_NANOS / 1_000_000 - 1000, 5_020);
        assertThat(scene.failed).isEmpty();
        scene.caughtUp(backMillis + UnclaimedConnections.UNFINISHED_NANOS / 1_000_000, 6_020);
        assertThat(scene.failed).hasSize(1);
        scene.caughtUp(
                backMillis
                        + UnclaimedConnections.UNFINISHED_NANOS / 1_000_000
                        + UnclaimedConnections.FINISHED_NANOS / 1_000_000,
                136_020);
        assertThat(scene.join.following()).isZero();
    }

    @Test
    void connectionOfTheSamePortAndNumberAfterAResetIsAnotherOne() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        WatchedSession old = scene.accept("A", 3, CLIENT, 100L);
        scene.segment(5, CLIENT, LISTENER, TcpFlags.RST | TcpFlags.ACK, 101, 201);
        scene.end(old, 6);
        scene.handshake(10, CLIENT, LISTENER, 100, 9200);
        WatchedSession young = scene.accept("B", 13, CLIENT, 100L);
        scene.segment(20, CLIENT, LISTENER, TcpFlags.FIN | TcpFlags.ACK, 101, 9201);
        scene.end(young, 30);
        scene.caughtUp(500);
        assertThat(scene.closed).extracting(r -> peerIsn(r)).containsExactly(200L, 9200L);
        assertThat(wire(scene.closed.get(0).client()).history()).isEqualTo("ShAR");
        assertThat(fin(scene.closed.get(1).client())).isEqualTo(at(20));
    }

    private static long peerIsn(SessionRecord record) {
        return Objects.requireNonNull(wire(record.client()).localEnd().syn()).initialSequenceNumber();
    }

    @Test
    void connectionOfTheSameEndToAnotherListenerIsNotForgottenWithTheOther() {
        InetSocketAddress other = new InetSocketAddress("192.0.2.1", 15_433);
        scene.segment(0, CLIENT, LISTENER, TcpFlags.SYN, 100, 0);
        WatchedSession first = scene.accept("A", 1, CLIENT, 100L);
        scene.segment(2, CLIENT, other, TcpFlags.SYN, 50_000, 0);
        WatchedSession second = scene.accept("B", 3, CLIENT, other, 50_000L);
        scene.end(second, 4);
        scene.caughtUp(100);
        scene.segment(101, UPSTREAM, CLIENT, TcpFlags.SYN | TcpFlags.ACK, 200, 101);
        scene.end(first, 102);
        scene.caughtUp(300);
        assertThat(scene.closed).extracting(r -> r.identity().id()).containsExactly("B", "A");
        assertThat(peerIsn(scene.closed.get(1))).isEqualTo(200);
    }

    @Test
    void icmpErrorIsOfTheConnectionWhoseNumberItQuotesAndCountsOnce() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        WatchedSession old = scene.accept("A", 3, CLIENT, 100L);
        scene.segment(5, CLIENT, LISTENER, TcpFlags.RST | TcpFlags.ACK, 101, 201);
        scene.end(old, 6);
        scene.handshake(10, CLIENT, LISTENER, 2_000_000_100L, 2_000_000_200L);
        WatchedSession young = scene.accept("B", 13, CLIENT, 2_000_000_100L);
        scene.join.icmpError(unreachable(14, CLIENT_SIDE, 2_000_000_201), new byte[40]);
        scene.join.icmpError(unreachable(14, UPSTREAM_SIDE, 2_000_000_201), new byte[40]);
        scene.join.icmpError(unreachable(15, CLIENT_SIDE, 2_000_000_201), new byte[40]);
        scene.end(young, 30);
        scene.caughtUp(500);
        assertThat(scene.closed)
                .extracting(r -> wire(r.client()).facts().icmp().count())
                .containsExactly(0L, 2L);
    }

    /** About a segment of the listener's to the client. */
    private static IcmpError unreachable(long millis, int interfaceId, long quotedSequenceNumber) {
        return new IcmpError(
                at(millis),
                interfaceId,
                TcpSegment.Direction.INCOMING,
                IpAddress.of(UPSTREAM.getAddress()),
                IcmpError.Kind.HOST_UNREACHABLE,
                3,
                1,
                IcmpError.ABSENT,
                FourTuple.of(LISTENER, CLIENT),
                (int) quotedSequenceNumber);
    }

    @Test
    void routeThatIsNotCapturedPassesBy() {
        WatchedSession session = new WatchedSession(
                new dev.finspect.session.SessionIdentity("A", "web", LISTENER, CLIENT, LISTENER, at(0), 0),
                scene.join,
                null);
        session.happened(new dev.finspect.session.SessionEvent.Accepted(0, null, null));
        scene.end(session, 1);
        assertThat(scene.closed).hasSize(1);
    }

    @Test
    void handshakeThatTheListenerRefusesIsAFailedAttempt() {
        scene.segment(0, CLIENT, LISTENER, TcpFlags.SYN, 100, 0);
        scene.segment(1, LISTENER, CLIENT, TcpFlags.RST | TcpFlags.ACK, 0, 101);
        scene.caughtUp(500);
        assertThat(scene.failed).isEmpty();
        scene.caughtUp(1500);
        scene.caughtUp(9000);
        assertThat(scene.failed).hasSize(1);
        SessionRecord attempt = scene.failed.get(0);
        assertThat(attempt.event()).isEqualTo(RecordEvent.ATTEMPT_FAILED);
        assertThat(attempt.identity().client()).isEqualTo(CLIENT);
        assertThat(attempt.identity().listener()).isEqualTo(LISTENER);
        assertThat(attempt.errorType()).isEqualTo("refused");
        assertThat(attempt.client().connState()).isEqualTo("REJ");
    }

    @Test
    void handshakeThatNobodyFinishesIsToldOnceHoweverOftenItsSynIsSentAgain() {
        for (long millis : new long[] {0, 1000, 3000, 7000, 15_000, 31_000}) {
            scene.segment(millis, CLIENT, LISTENER, TcpFlags.SYN, 100, 0);
            scene.segment(millis, LISTENER, CLIENT, TcpFlags.SYN | TcpFlags.ACK, 200, 101);
            scene.caughtUp(millis + 900);
        }
        scene.caughtUp(60_000);
        assertThat(scene.failed).hasSize(1);
        scene.caughtUp(600_000);
        assertThat(scene.failed).hasSize(1);
        assertThat(scene.join.following()).isZero();
    }

    @Test
    void finishedHandshakeThatWaitsInTheBacklogIsNoFailedAttempt() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.caughtUp(60_000);
        assertThat(scene.failed).isEmpty();
        WatchedSession session = scene.accept("A", 70_000, CLIENT, 100L);
        scene.end(session, 70_010);
        scene.caughtUp(71_000);
        assertThat(isn(scene.closed.get(0).client())).isEqualTo(100);
    }

    @Test
    void strangersConnectionsToAnUpstreamAreForgotten() {
        scene.segment(0, CLIENT, UPSTREAM, TcpFlags.SYN, 100, 0);
        scene.segment(1, UPSTREAM, CLIENT, TcpFlags.RST | TcpFlags.ACK, 0, 101);
        scene.caughtUp(10_000);
        assertThat(scene.failed).isEmpty();
        assertThat(scene.join.following()).isZero();
    }

    @Test
    void whatStrangersHaveWithAnUpstreamIsNotFollowedForLong() {
        scene.handshake(0, CLIENT, UPSTREAM, 100, 200);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.caughtUp(14_000);
        assertThat(scene.join.following()).isEqualTo(2);
        scene.caughtUp(16_000);
        assertThat(scene.join.following()).as("the one in the backlog").isEqualTo(1);
        assertThat(scene.failed).isEmpty();
    }

    @Test
    void connectionThatLeavesThisHostIsNoAttemptTowardsAListenerOnEveryAddress() {
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", UPSTREAM.getPort());
        scene.join.begin(
                List.of(new CapturedRoute(Scene.ROUTE, dev.finspect.record.CaptureMode.HEADERS, List.of(everywhere))),
                0);
        scene.direction = dev.finspect.wire.TcpSegment.Direction.OUTGOING;
        scene.segment(0, LOCAL, UPSTREAM, TcpFlags.SYN, 100, 0);
        scene.direction = dev.finspect.wire.TcpSegment.Direction.INCOMING;
        scene.segment(1, UPSTREAM, LOCAL, TcpFlags.RST | TcpFlags.ACK, 0, 101);
        scene.caughtUp(10_000);
        assertThat(scene.failed).isEmpty();
        scene.segment(20_000, CLIENT, UPSTREAM, TcpFlags.SYN, 100, 0);
        scene.segment(20_001, UPSTREAM, CLIENT, TcpFlags.RST | TcpFlags.ACK, 0, 101);
        scene.caughtUp(30_000);
        assertThat(scene.failed).hasSize(1);
    }

    @Test
    void clientThatWaitsInTheBacklogIsNoFailedAttemptWhenAFloodPushesItOut() {
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        for (int i = 0; i < UnclaimedConnections.MOST; i++) {
            scene.segment(10, new InetSocketAddress("10.0.0.1", 1024 + i), LISTENER, TcpFlags.SYN, i, 0);
        }
        assertThat(scene.failed).isEmpty();
        assertThat(scene.failedBesides).isZero();
    }

    @Test
    void floodOfSynsCostsBoundedMemory() {
        int sources = 100_000;
        for (int i = 0; i < sources; i++) {
            InetSocketAddress source =
                    new InetSocketAddress("10." + (i >> 16) + "." + ((i >> 8) & 0xff) + "." + (i & 0xff), 1024);
            scene.segment(i / 100, source, LISTENER, TcpFlags.SYN, i, 0);
        }
        assertThat(scene.join.following()).isLessThanOrEqualTo(UnclaimedConnections.MOST);
        scene.caughtUp(1_000_000);
        assertThat(scene.join.following()).isZero();
        assertThat(scene.failed.size() + scene.failedBesides).isEqualTo(sources);
        assertThat(scene.failed).hasSizeLessThanOrEqualTo(UnclaimedConnections.MOST_REPORTED_PER_SECOND * 4);
    }

    @Test
    void failedAttemptHasItsSynsAndTheAnswer() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.segment(6, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.segment(1006, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.fail(session, 6, 1500, LOCAL, ConnectResult.TIMED_OUT);
        scene.segment(1510, SECOND_LOCAL, UPSTREAM, TcpFlags.SYN, 700, 0);
        scene.segment(1511, UPSTREAM, SECOND_LOCAL, TcpFlags.RST | TcpFlags.ACK, 0, 701);
        scene.fail(session, 1509, 1512, SECOND_LOCAL, ConnectResult.REFUSED);
        scene.fail(session, 1513, 1514, LISTENER, ConnectResult.LOOP);
        scene.end(session, 1515);
        scene.caughtUp(3000);
        SessionRecord record = scene.closed.get(0);
        List<Attempt> attempts = record.upstream().attempts();
        assertThat(record.evidence()).isEqualTo(Source.WIRE);
        SynFacts first = syn(attempts.get(0));
        assertThat(first.initialSequenceNumber()).isEqualTo(300);
        assertThat(first.againAtNanos()).containsExactly(at(1006));
        assertThat(answer(attempts.get(0)).refusedAtNanos()).isNull();
        assertThat(syn(attempts.get(1)).initialSequenceNumber()).isEqualTo(700);
        assertThat(answer(attempts.get(1)).refusedAtNanos()).isEqualTo(at(1511));
        assertThat(attempts.get(2).wire()).isNull();
        assertThat(scene.join.following()).isZero();
        assertThat(scene.failed).isEmpty();
    }

    @Test
    void segmentsThatComeAfterTheAttemptFailedAreStillItsOwn() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.fail(session, 6, 8, LOCAL, ConnectResult.REFUSED);
        scene.segment(6, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.segment(7, UPSTREAM, LOCAL, TcpFlags.RST | TcpFlags.ACK, 0, 301);
        scene.end(session, 9);
        scene.caughtUp(500);
        Attempt attempt = scene.closed.get(0).upstream().attempts().get(0);
        assertThat(answer(attempt).refusedAtNanos()).isEqualTo(at(7));
    }

    @Test
    void withoutALocalAddressTheOnlySynOfThatTimeIsTheAttempts() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.fail(session, 6, 8, null, ConnectResult.REFUSED);
        scene.fail(session, 10, 12, null, ConnectResult.REFUSED);
        scene.fail(session, 20, 22, null, ConnectResult.REFUSED);
        scene.segment(7, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.segment(11, SECOND_LOCAL, UPSTREAM, TcpFlags.SYN, 700, 0);
        scene.segment(11, LISTENER, UPSTREAM, TcpFlags.SYN, 900, 0);
        scene.end(session, 23);
        scene.caughtUp(500);
        List<Attempt> attempts = scene.closed.get(0).upstream().attempts();
        assertThat(syn(attempts.get(0)).initialSequenceNumber()).isEqualTo(300);
        assertThat(attempts.get(1).wire()).as("either of two could be it").isNull();
        assertThat(attempts.get(2).wire()).as("nothing was seen").isNull();
    }

    @Test
    void connectionThatCameToBeIsNoFailedAttempt() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.fail(session, 6, 10, null, ConnectResult.REFUSED);
        scene.handshake(7, LOCAL, UPSTREAM, 300, 400);
        scene.end(session, 23);
        scene.caughtUp(500);
        assertThat(scene.closed.get(0).upstream().attempts().get(0).wire())
                .as("a stranger's")
                .isNull();
    }

    private static SynFacts syn(Attempt attempt) {
        LegWire wire = Objects.requireNonNull(attempt.wire());
        return Objects.requireNonNull(wire.localEnd().syn());
    }

    private static HandshakeFacts answer(Attempt attempt) {
        return Objects.requireNonNull(attempt.wire()).facts().handshake();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fileHasTheIcmpErrorAndSaysWhatTheCaptureLost(boolean v6) {
        byte[] packet = new byte[v6 ? 96 : 56];
        packet[0] = (byte) (v6 ? 0x60 : 0x45);
        packet[v6 ? 5 : 3] = (byte) (v6 ? 160 : 200);
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.segment(6, LOCAL, UPSTREAM, TcpFlags.SYN, 300, 0);
        scene.join.icmpError(
                new IcmpError(
                        at(7),
                        2,
                        TcpSegment.Direction.INCOMING,
                        IpAddress.of(LISTENER.getAddress()),
                        IcmpError.Kind.PORT_UNREACHABLE,
                        3,
                        3,
                        IcmpError.ABSENT,
                        FourTuple.of(LOCAL, UPSTREAM),
                        300),
                packet);
        scene.join.dropped(3, at(6), at(8));
        scene.fail(session, 6, 8, LOCAL, ConnectResult.REFUSED);
        scene.end(session, 9);
        scene.caughtUp(500);
        LegWire wire = Objects.requireNonNull(
                scene.closed.get(0).upstream().attempts().get(0).wire());
        assertThat(wire.facts().icmp().count()).isEqualTo(1);
        byte[] file = new CaptureExport("x")
                .pcapng(scene.join.kept("A"), scene.closed.get(0))
                .orElseThrow();
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(file)));
        List<Integer> lengths = new ArrayList<>();
        while (reader.advance()) {
            lengths.add(reader.frame().originalBytes());
        }
        assertThat(lengths).containsExactly(40, 200);
        assertThat(reader.statistics()).singleElement().satisfies(counted -> {
            assertThat(counted.accepted()).isEqualTo(2);
            assertThat(counted.droppedBySystem()).isEqualTo(3);
        });
    }

    @Test
    void headersOfASessionAreItsOwnThoughItsRingWasThatOfEarlierOnes() {
        // More sessions than the scene has memory for, so that rings are used again.
        int sessions = 2_000;
        for (int i = 0; i < sessions; i++) {
            InetSocketAddress client = new InetSocketAddress(CLIENT.getAddress(), 2_000 + i);
            WatchedSession session = scene.accept("S" + i, 5L + 100 * i, client, 100L + i);
            scene.handshake(100L * i, client, LISTENER, 100L + i, 200);
            scene.end(session, 100L * i + 20);
            scene.caughtUp(100L * i + 99);
        }
        scene.caughtUp(100L * sessions + 10_000);
        assertThat(scene.join.kept("S0")).as("has made room").isEmpty();
        int kept = 0;
        for (int i = 0; i < sessions; i++) {
            for (KeptCapture each : scene.join.kept("S" + i)) {
                kept++;
                long begin = 100L * i;
                assertThat(each.omitted()).isZero();
                assertThat(each.segments())
                        .extracting(KeptSegment::atNanos)
                        .containsExactly(Scene.at(begin), Scene.at(begin + 1), Scene.at(begin + 2));
            }
        }
        assertThat(kept).isBetween(100, sessions - 100);
    }

    @Test
    void keptHeadersOfBothLegsMakeOneFileInOrderOfTime() {
        WatchedSession session = scene.accept("A", 5, CLIENT, 100L);
        scene.handshake(0, CLIENT, LISTENER, 100, 200);
        scene.connect(session, 4, LOCAL, UPSTREAM);
        scene.handshake(1, LOCAL, UPSTREAM, 300, 400);
        scene.end(session, 20);
        scene.caughtUp(500);
        List<KeptCapture> kept = scene.join.kept("A");
        assertThat(kept).extracting(KeptCapture::leg).containsExactly(Leg.CLIENT, Leg.UPSTREAM);
        byte[] file = new CaptureExport("finspect test")
                .pcapng(kept, scene.closed.get(0))
                .orElseThrow();
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(file)));
        List<Long> times = new ArrayList<>();
        while (reader.advance()) {
            times.add(reader.frame().atNanos());
        }
        assertThat(times).hasSize(6).isSorted();
        assertThat(reader.interfaces()).extracting(i -> i.name()).containsExactly("client", "upstream");
        assertThat(reader.section().comment()).contains("session A").contains("headers only");
        assertThat(comment(kept, found(scene.closed.get(0))))
                .contains("upstream-silent (blame: upstream): The upstream ")
                .endsWith("headers only, no payload");
        assertThat(new CaptureExport("x").pcapng(scene.join.kept("nobody"), null))
                .isEmpty();
    }

    private static String comment(List<KeptCapture> kept, SessionRecord record) {
        byte[] file = new CaptureExport("x").pcapng(kept, record).orElseThrow();
        CaptureReader reader = new CaptureReader(ByteSource.of(ByteBuffer.wrap(file)));
        reader.advance();
        return String.valueOf(reader.section().comment());
    }

    /** The same record, with a finding. */
    private static SessionRecord found(SessionRecord r) {
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1_000L));
        Finding finding = Findings.of(
                UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, 1_000L, List.of(evidence));
        return r.with(Diagnosed.of(List.of(new SessionFinding(finding, 2_000L, false))));
    }

    private static LegWire wire(LegRecord leg) {
        LegWire wire = leg.wire();
        if (wire == null) {
            throw new AssertionError("nothing of the wire in " + leg);
        }
        return wire;
    }

    private static long isn(LegRecord leg) {
        return leg.handshake().originator().isn().or(-1L);
    }

    private static long fin(LegRecord leg) {
        return time(leg.close().peerFin());
    }

    private static long time(Observation<CloseMark> observed) {
        CloseMark mark = observed.orNull();
        return mark == null ? -1 : mark.at().value();
    }
}
