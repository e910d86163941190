package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.mark;
import static dev.finspect.diagnose.finding.PlayedSession.seen;
import static dev.finspect.diagnose.finding.PlayedSession.socket;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Expectation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DataRulesTest {
    private static final Examiner NOT_READING = Examiner.of(new NotReading.OfUpstream());
    private static final Examiner LOSS = Examiner.of(new NetworkLoss(), Leg.UPSTREAM);
    private static final Examiner VANISHED = Examiner.of(new PeerVanished(), Leg.UPSTREAM);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"upstreamSilent", "clientSilent", "nobodySpeaks", "idle", "notReading", "loss", "vanished"})
    void finds(RuleCase row) {
        row.check();
    }

    @Test
    void evidenceNamesTheProgramThatHasNotReadTheRequest() {
        Snapshot snapshot = asked().but(p -> p.upstream.peerSocket = socket(9, TcpState.ESTABLISHED, 500))
                .but(p -> p.upstream.peerUnreadSince = at(1.2))
                .live(10);
        assertEquals(
                "[LAST_SENT, TURN_SENT, ALL_ACKNOWLEDGED, PEER_STATE, PEER_UNREAD, PEER_UNREAD_SINCE, PEER_PROGRAM]",
                new UpstreamSilent()
                        .examine(snapshot).get(0).evidence().stream()
                                .map(Evidence::clue)
                                .toList()
                                .toString());
    }

    private static PlayedSession asked() {
        return new PlayedSession().asks(1, 500);
    }

    static Stream<RuleCase> upstreamSilent() {
        Examiner rule = Examiner.of(new UpstreamSilent());
        return Stream.of(
                row("a request unanswered for a minute", rule, asked().live(62), "upstream possible"),
                row("the same, not yet", rule, asked().live(60), NONE),
                row("answered", rule, asked().answers(1.1, 9).live(900), NONE),
                row(
                        "lost on the way at first, and arrived a moment ago",
                        rule,
                        asked().but(p -> p.upstream.stalledUntil = at(58)).live(62),
                        NONE),
                row(
                        "the same, a minute later",
                        rule,
                        asked().but(p -> p.upstream.stalledUntil = at(58)).live(119),
                        "upstream possible"),
                row(
                        "asked again on a kept connection",
                        rule,
                        asked().answers(1.1, 9).asks(50, 400).live(111),
                        "upstream possible"),
                row(
                        "read by its program",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(61, TcpState.ESTABLISHED, 0))
                                .live(62),
                        "upstream possible"),
                row(
                        "unread whole, one look-up",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(32, TcpState.ESTABLISHED, 500))
                                .live(32),
                        "upstream likely"),
                row(
                        "unread whole, since before the first of two look-ups",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(32, TcpState.ESTABLISHED, 500))
                                .but(p -> p.upstream.peerUnreadSince = at(30.5))
                                .live(32),
                        "upstream likely"),
                row(
                        "unread whole, after it has read before",
                        rule,
                        asked().answers(1.1, 9)
                                .asks(2, 500)
                                .but(p -> p.upstream.peerSocket = socket(33, TcpState.ESTABLISHED, 500))
                                .live(33),
                        "upstream proved"),
                row(
                        "unread whole, and its process is stopped",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = inState(7, 500, 'T'))
                                .live(7),
                        "upstream proved"),
                row(
                        "unread whole, and a debugger has stopped its process",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = inState(7, 500, 't'))
                                .live(7),
                        "upstream proved"),
                row(
                        "unread whole, and its process sleeps: it may wait for the rest",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = inState(32, 500, 'S'))
                                .live(32),
                        "upstream likely"),
                row(
                        "unread, long ago looked up",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(7, TcpState.ESTABLISHED, 500))
                                .live(20),
                        NONE),
                row(
                        "unread in part, and moving",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(20, TcpState.ESTABLISHED, 300))
                                .but(p -> p.upstream.peerUnreadSince = at(18))
                                .live(20),
                        NONE),
                row(
                        "unread in part, one look-up",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(20, TcpState.ESTABLISHED, 300))
                                .live(20),
                        NONE),
                row(
                        "unread in part, and at rest",
                        rule,
                        asked().but(p -> p.upstream.peerSocket = socket(41, TcpState.ESTABLISHED, 300))
                                .but(p -> p.upstream.peerUnreadSince = at(10))
                                .live(41),
                        "upstream proved"),
                row(
                        "a socket that could not be seen",
                        rule,
                        asked().but(p -> p.upstream.peerSocket =
                                        Fact.kernel(SocketFixture.unseen(at(61).value(), null, "another host")))
                                .live(62),
                        "upstream possible"),
                row(
                        "a shipper that waits for no answer",
                        rule,
                        asked().asks(5, 500).asks(9, 500).live(900),
                        NONE),
                row(
                        "a request whose body came when its client had waited in vain for 100 Continue",
                        rule,
                        asked().asks(5, 500).live(900),
                        "undetermined possible"),
                row(
                        "an upload with pauses, to a service that answers others",
                        rule,
                        asked().asks(5, 500)
                                .asks(9, 500)
                                .but(p -> p.upstream.speaksElsewhere = Fact.inferred(true))
                                .live(900),
                        "undetermined possible"),
                row(
                        "a shipper of lines to a service that answers others",
                        rule,
                        asked().asks(5, 500)
                                .asks(7, 500)
                                .asks(9, 500)
                                .asks(11, 500)
                                .asks(13, 500)
                                .asks(15, 500)
                                .but(p -> p.upstream.speaksElsewhere = Fact.inferred(true))
                                .live(900),
                        NONE),
                row(
                        "a request in many parts that was answered, and the next one",
                        rule,
                        asked().asks(5, 500)
                                .asks(9, 500)
                                .asks(12, 500)
                                .answers(13, 9)
                                .asks(20, 500)
                                .live(90),
                        "upstream possible"),
                row(
                        "a shipper whose reader has stopped",
                        rule,
                        asked().asks(5, 500)
                                .but(p -> p.upstream.peerSocket = socket(37, TcpState.ESTABLISHED, 1000))
                                .live(37),
                        "upstream likely"),
                row(
                        "a service that never answers anybody",
                        rule,
                        asked().but(p -> p.upstream.speaksElsewhere = Fact.inferred(false))
                                .live(900),
                        NONE),
                row(
                        "a service that took two minutes before",
                        rule,
                        asked().answers(120, 9).asks(121, 500).live(300),
                        NONE),
                row(
                        "the same, past twice that",
                        rule,
                        asked().answers(120, 9).asks(121, 500).live(360),
                        "upstream possible"),
                row(
                        "a small word right after the answer",
                        rule,
                        asked().answers(2, 9).asks(2.01, 39).live(70),
                        "upstream possible"),
                row(
                        "an upstream that pushes",
                        rule,
                        asked().answers(2, 9).answers(5, 9).asks(6, 300).live(70),
                        "upstream possible"),
                row(
                        "turns that nobody counted",
                        rule,
                        asked().but(p -> p.client.unansweredTurns = Observation.notObserved())
                                .live(70),
                        "upstream possible"),
                row(
                        "from the wire alone, acknowledged",
                        rule,
                        asked().but(p -> p.upstream.unackedSegments = Observation.notObserved())
                                .live(70),
                        "upstream possible"),
                row(
                        "acknowledgement unknown",
                        rule,
                        asked().but(p -> {
                                    p.upstream.unackedSegments = Observation.notObserved();
                                    p.upstream.bytesAcknowledged = Observation.notObserved();
                                })
                                .live(70),
                        "upstream_side possible"),
                row(
                        "not acknowledged",
                        rule,
                        asked().but(p -> p.upstream.unackedSegments = Fact.kernel(1L))
                                .live(70),
                        NONE),
                row(
                        "half-closed with the request",
                        rule,
                        asked().but(p -> p.upstream.localFin = mark(1)).live(70),
                        NONE),
                row(
                        "finished by the upstream",
                        rule,
                        asked().but(p -> p.upstream.peerFin = mark(2)).live(70),
                        NONE),
                row(
                        "an answer that finspect leaves unread",
                        rule,
                        asked().but(p -> p.upstream.pausedSince = at(3)).live(70),
                        NONE),
                row(
                        "finspect short of memory",
                        rule,
                        asked().proxy(new Snapshot.Proxy(null, at(3), null, null))
                                .live(70),
                        NONE),
                row(
                        "finspect's own greeting, no word of the client",
                        rule,
                        new PlayedSession()
                                .but(p -> {
                                    p.upstream.bytesSent = Fact.socket(28L);
                                    p.upstream.lastSentAt = at(0);
                                })
                                .live(70),
                        NONE),
                row("over", rule, asked().over(70), NONE),
                row(
                        "ended by finspect",
                        rule,
                        asked().proxy(new Snapshot.Proxy(Fact.socket("idle_timeout"), null, null, null))
                                .live(70),
                        NONE),
                row(
                        "the client's leg failed",
                        rule,
                        asked().but(p -> p.client.errno = Fact.socket(Errno.ECONNRESET))
                                .live(70),
                        NONE),
                row(
                        "reset by finspect",
                        rule,
                        asked().but(p -> p.client.localRst = mark(60)).live(70),
                        NONE),
                row(
                        "an RST that nobody took",
                        rule,
                        asked().but(p -> p.client.peerRst = PlayedSession.rst(3, false, 64))
                                .live(70),
                        "upstream possible"),
                row(
                        "never connected",
                        rule,
                        asked().but(p -> p.upstream.establishedAt = Observation.notObserved())
                                .live(70),
                        NONE));
    }

    static Stream<RuleCase> clientSilent() {
        Examiner rule = Examiner.of(new ClientSilent());
        return Stream.of(
                row(
                        "a greeting unanswered",
                        rule,
                        new PlayedSession().answers(1, 80).live(62),
                        "client possible"),
                row(
                        "the same, not yet",
                        rule,
                        new PlayedSession().answers(1, 80).live(60),
                        NONE),
                row(
                        "turns that nobody counted",
                        rule,
                        new PlayedSession()
                                .answers(1, 80)
                                .but(p -> p.upstream.unansweredTurns = Observation.notObserved())
                                .live(62),
                        "client possible"),
                row(
                        "a feed that waits for no answer",
                        rule,
                        new PlayedSession().answers(1, 80).answers(9, 80).live(900),
                        NONE),
                row("an idle pooled connection", rule, asked().answers(1.1, 9).live(9000), NONE),
                row(
                        "an answer that its program has not read",
                        rule,
                        asked().answers(2, 900)
                                .but(p -> p.client.peerSocket = socket(33, TcpState.ESTABLISHED, 900))
                                .live(33),
                        "client likely"),
                row(
                        "one that it has read, and a notification that it has not",
                        rule,
                        asked().answers(2, 90)
                                .answers(3, 313)
                                .but(p -> p.client.peerSocket = socket(36, TcpState.ESTABLISHED, 313))
                                .but(p -> p.client.peerUnreadSince = at(3))
                                .live(36),
                        "client possible"),
                row(
                        "much of an answer that it has not read",
                        rule,
                        asked().answers(2, 90)
                                .answers(3, 40_000)
                                .but(p -> p.client.peerSocket = socket(36, TcpState.ESTABLISHED, 40_000))
                                .but(p -> p.client.peerUnreadSince = at(3))
                                .live(36),
                        "client proved"),
                row(
                        "the same, of a program that is stopped",
                        rule,
                        asked().answers(2, 90)
                                .answers(3, 313)
                                .but(p -> p.client.peerSocket = inState(36, 313, 'T'))
                                .but(p -> p.client.peerUnreadSince = at(3))
                                .live(36),
                        "client proved"),
                row(
                        "the same, where a program may pause for as long",
                        rule,
                        asked().answers(2, 900)
                                .but(p -> p.client.peerSocket = socket(30, TcpState.ESTABLISHED, 900))
                                .within(1)
                                .live(30),
                        "client possible"),
                row(
                        "a few bytes, which a client at rest need not read",
                        rule,
                        asked().answers(2, 17)
                                .but(p -> p.client.peerSocket = socket(60, TcpState.ESTABLISHED, 17))
                                .live(61),
                        NONE),
                row(
                        "the same for a minute",
                        rule,
                        asked().answers(2, 17)
                                .but(p -> p.client.peerSocket = socket(63, TcpState.ESTABLISHED, 17))
                                .live(63),
                        "client possible"),
                row(
                        "a short greeting that its program has not read",
                        rule,
                        new PlayedSession()
                                .answers(2, 17)
                                .but(p -> p.client.peerSocket = socket(33, TcpState.ESTABLISHED, 17))
                                .live(33),
                        "client likely"),
                row(
                        "one that it reads slowly",
                        rule,
                        asked().answers(2, 900)
                                .but(p -> p.client.peerSocket = socket(8, TcpState.ESTABLISHED, 400))
                                .but(p -> p.client.peerUnreadSince = at(6))
                                .live(8),
                        NONE),
                row(
                        "one that it has read",
                        rule,
                        asked().answers(2, 900)
                                .but(p -> p.client.peerSocket = socket(8, TcpState.ESTABLISHED, 0))
                                .live(8),
                        NONE),
                row(
                        "not acknowledged",
                        rule,
                        new PlayedSession()
                                .answers(1, 80)
                                .but(p -> p.client.unackedSegments = Fact.kernel(1L))
                                .live(62),
                        NONE),
                row(
                        "its end was passed on",
                        rule,
                        new PlayedSession()
                                .answers(1, 80)
                                .but(p -> p.client.localFin = mark(2))
                                .live(62),
                        NONE),
                row(
                        "left unread by finspect",
                        rule,
                        new PlayedSession()
                                .answers(1, 80)
                                .but(p -> p.client.pausedSince = at(2))
                                .live(62),
                        NONE));
    }

    private static Fact<PeerSocket> inState(double second, long unread, char processState) {
        PeerSocket seen = socket(second, TcpState.ESTABLISHED, unread).value();
        return Fact.kernel(new PeerSocket(
                seen.atEpochNanos(),
                seen.state(),
                unread,
                0,
                seen.due(),
                new PeerSocket.Holder(true, 1000, 4711, "sleeper", processState),
                null,
                null));
    }

    static Stream<RuleCase> nobodySpeaks() {
        Examiner rule = Examiner.of(new NobodySpeaks());
        return Stream.of(
                row("never a byte", rule, new PlayedSession().live(61), "undetermined possible"),
                row(
                        "never a byte, and no segment after the SYN-ACK",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.segmentsReceived = Fact.kernel(1L))
                                .live(61),
                        "configuration possible"),
                row(
                        "never a byte, and more segments than the SYN-ACK",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.segmentsReceived = Fact.kernel(3L))
                                .live(61),
                        "undetermined possible"),
                row(
                        "never a byte, and the captured SYN-ACK is not repeated",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.synAckRetransmits = Fact.wire(0L))
                                .live(61),
                        "configuration possible"),
                row(
                        "never a byte, and the upstream's socket here is established",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.peerSocket = socket(60, TcpState.ESTABLISHED, 0))
                                .live(61),
                        "configuration possible"),
                row(
                        "never a byte, and the upstream's socket here waits for the last ACK",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.peerSocket = socket(60, TcpState.SYN_RECEIVED, 0))
                                .live(61),
                        "undetermined possible"),
                row("not yet", rule, new PlayedSession().live(59), NONE),
                row(
                        "opened ahead of need, before a service that answers",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.greetsElsewhere = Fact.inferred(false))
                                .live(61),
                        NONE),
                row(
                        "before a service that greets others",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.greetsElsewhere = Fact.inferred(true))
                                .live(61),
                        "undetermined possible"),
                row("the client spoke", rule, asked().live(61), NONE),
                row(
                        "the upstream spoke",
                        rule,
                        new PlayedSession().answers(1, 1).live(61),
                        NONE),
                row(
                        "the client has finished",
                        rule,
                        new PlayedSession().but(p -> p.client.peerFin = mark(1)).live(61),
                        NONE),
                row("over", rule, new PlayedSession().over(61), NONE));
    }

    static Stream<RuleCase> idle() {
        Examiner rule = Examiner.of(new Idle());
        return Stream.of(
                row("answered, and at rest", rule, asked().answers(2, 9).live(7200), "nobody possible"),
                row("just now", rule, asked().answers(2, 9).live(4), NONE),
                row("an answer is due", rule, asked().live(30), NONE),
                row("a shipper at rest", rule, asked().asks(5, 9).asks(9, 9).live(30), "nobody possible"),
                row(
                        "a shipper whose route needs no answers",
                        rule,
                        asked().asks(5, 9)
                                .asks(9, 9)
                                .expects(Expectation.NOT_EXPECTED)
                                .live(30),
                        "nobody possible"),
                row("a request in two parts", rule, asked().asks(9, 9).live(30), NONE),
                row(
                        "a greeting unanswered",
                        rule,
                        new PlayedSession().answers(1, 9).live(30),
                        NONE),
                row(
                        "a feed at rest",
                        rule,
                        new PlayedSession().answers(1, 9).answers(9, 9).live(30),
                        "nobody possible"),
                row("nobody ever spoke", rule, new PlayedSession().live(30), NONE),
                row(
                        "half-closed",
                        rule,
                        asked().answers(2, 9)
                                .but(p -> p.upstream.localFin = mark(3))
                                .live(30),
                        NONE),
                row(
                        "unread by the client",
                        rule,
                        asked().answers(2, 9)
                                .but(p -> p.client.peerSocket = socket(29, TcpState.ESTABLISHED, 9))
                                .live(30),
                        NONE),
                row(
                        "unacknowledged",
                        rule,
                        asked().answers(2, 9)
                                .but(p -> p.client.unackedSince = at(2))
                                .live(30),
                        NONE),
                row(
                        "acknowledgement unknown",
                        rule,
                        asked().answers(2, 9)
                                .but(p -> {
                                    p.client.unackedSegments = Observation.notObserved();
                                    p.client.bytesAcknowledged = Observation.notObserved();
                                })
                                .live(30),
                        "nobody possible"),
                row(
                        "window closed",
                        rule,
                        asked().answers(2, 9)
                                .but(p -> p.client.zeroWindowSince = at(2))
                                .live(30),
                        NONE));
    }

    static Stream<RuleCase> notReading() {
        Examiner both = Examiner.of(new BothNotReading());
        return Stream.of(
                row("closed, by the wire", NOT_READING, full(seen(2)).live(13), "upstream possible"),
                row(
                        "closed, as the sweep found it",
                        NOT_READING,
                        full(Fact.inferred(at(2).value())).live(13),
                        "upstream possible"),
                row(
                        "and its queue is full",
                        NOT_READING,
                        full(Fact.inferred(at(2).value()))
                                .but(p -> p.upstream.peerSocket = socket(32, TcpState.ESTABLISHED, 90_000))
                                .live(33),
                        "upstream proved"),
                row(
                        "below thirty seconds, whatever the threshold",
                        NOT_READING,
                        unread().within(2).live(31),
                        "upstream possible"),
                row("thirty seconds", NOT_READING, unread().within(2).live(33), "upstream proved"),
                row(
                        "its process is stopped",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> p.upstream.peerSocket = inState(12, 90_000, 'T'))
                                .live(13),
                        "upstream proved"),
                row(
                        "a reader that was slow before",
                        NOT_READING,
                        unread().but(p -> p.upstream.longestZeroWindow = Fact.inferred(4_000_000_000L))
                                .live(31),
                        "upstream possible"),
                row(
                        "the same, no longer so slow only",
                        NOT_READING,
                        unread().but(p -> p.upstream.longestZeroWindow = Fact.inferred(4_000_000_000L))
                                .live(93),
                        "upstream likely"),
                row(
                        "the same, and look-ups have seen its queue stand still",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> {
                                    p.upstream.peerSocket = socket(33, TcpState.ESTABLISHED, 90_000);
                                    p.upstream.peerUnreadSince = at(3);
                                    p.upstream.longestZeroWindow = Fact.inferred(4_000_000_000L);
                                })
                                .live(34),
                        "upstream proved"),
                row(
                        "its queue has stood still for less than thirty seconds",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> {
                                    p.upstream.peerSocket = socket(50, TcpState.ESTABLISHED, 100);
                                    p.upstream.peerUnreadSince = at(31);
                                    p.upstream.peerReadAt = at(29);
                                })
                                .live(50),
                        "upstream likely"),
                row(
                        "a reader that was as slow before",
                        NOT_READING,
                        unread().but(p -> p.upstream.longestZeroWindow = Fact.inferred(20_000_000_000L))
                                .live(41),
                        NONE),
                row(
                        "no probe is unanswered, for less than thirty seconds",
                        NOT_READING,
                        heard().live(31),
                        "upstream possible"),
                row("no probe is unanswered, for thirty seconds", NOT_READING, heard().live(33), "upstream likely"),
                row("not yet", NOT_READING, full(seen(2)).live(11), NONE),
                row("open", NOT_READING, asked().live(13), NONE),
                row(
                        "its queue shrinks",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> {
                                    p.upstream.peerSocket = socket(32, TcpState.ESTABLISHED, 90_000);
                                    p.upstream.peerReadAt = at(25);
                                })
                                .live(33),
                        NONE),
                row(
                        "its queue has been looked at twice, and has not shrunk",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> {
                                    p.upstream.peerSocket = socket(32, TcpState.ESTABLISHED, 90_000);
                                    p.upstream.peerUnreadSince = at(11);
                                })
                                .live(33),
                        "upstream proved"),
                row(
                        "its queue shrank long ago",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> {
                                    p.upstream.peerSocket = socket(49, TcpState.ESTABLISHED, 90_000);
                                    p.upstream.peerReadAt = at(11);
                                })
                                .live(50),
                        "upstream proved"),
                row(
                        "its queue is empty",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> p.upstream.peerSocket = socket(12, TcpState.ESTABLISHED, 0))
                                .live(13),
                        NONE),
                row(
                        "probes unanswered: it is gone",
                        NOT_READING,
                        full(seen(2))
                                .but(p -> p.upstream.probes = Fact.kernel(6L))
                                .live(30),
                        NONE),
                row("over", NOT_READING, full(seen(2)).over(13), NONE),
                row(
                        "the client likewise",
                        Examiner.of(new NotReading.OfClient()),
                        asked().answers(2, 99)
                                .but(p -> p.client.zeroWindowSince = seen(2))
                                .live(33),
                        "client likely"),
                row(
                        "both, the client first",
                        both,
                        full(seen(4))
                                .but(p -> p.client.zeroWindowSince = seen(3))
                                .live(20),
                        "undetermined possible"),
                row(
                        "both, the upstream first",
                        both,
                        full(seen(3))
                                .but(p -> p.client.zeroWindowSince = seen(4))
                                .live(20),
                        "undetermined possible"),
                row(
                        "both at once",
                        both,
                        full(seen(4))
                                .but(p -> p.client.zeroWindowSince = seen(4))
                                .live(20),
                        "undetermined possible"),
                row(
                        "one of them not for long",
                        both,
                        full(seen(4))
                                .but(p -> p.client.zeroWindowSince = seen(14))
                                .live(20),
                        NONE),
                row("one of them alone", both, full(seen(4)).live(20), NONE));
    }

    /** Its window is closed since 2, and bytes lie unread in its socket. */
    private static PlayedSession unread() {
        return full(seen(2)).but(p -> p.upstream.peerSocket = socket(31, TcpState.ESTABLISHED, 90_000));
    }

    /** Its window is closed since 2, and it answers probes. */
    private static PlayedSession heard() {
        return full(seen(2)).but(p -> {
            p.upstream.probes = Fact.kernel(0L);
            p.upstream.lastHeardAt = seen(30);
        });
    }

    private static PlayedSession full(Fact<Long> since) {
        return asked().but(p -> {
            p.upstream.zeroWindowSince = since;
            p.upstream.notSentBytes = Fact.kernel(70_000L);
            p.client.pausedSince = at(2);
        });
    }

    static Stream<RuleCase> loss() {
        return Stream.of(
                row(
                        "sent again, and the peer is heard",
                        LOSS,
                        lost(2).but(p -> p.upstream.lastHeardAt = seen(3)).live(5),
                        "network_to_upstream likely"),
                row("sent again, and not heard", LOSS, lost(2).live(5), "upstream_side possible"),
                row(
                        "sent again, nobody knows whether heard",
                        LOSS,
                        lost(2).but(p -> p.upstream.lastHeardAt = Observation.notObserved())
                                .live(5),
                        "upstream_side possible"),
                row(
                        "sent again, the peer is heard, the round trip not known",
                        LOSS,
                        lost(2).but(p -> {
                                    p.upstream.lastHeardAt = seen(3);
                                    p.upstream.smoothedRttNanos = Observation.notObserved();
                                })
                                .live(5),
                        "network_to_upstream likely"),
                row("not yet", LOSS, lost(2).live(3.9), NONE),
                row("one time-out alone", LOSS, lost(1).live(5), NONE),
                row(
                        "window closed, probes answered",
                        LOSS,
                        lost(2).but(p -> p.upstream.zeroWindowSince = seen(1)).live(5),
                        NONE),
                row(
                        "only the FIN is missing",
                        LOSS,
                        lost(2).but(p -> p.upstream.localFin = mark(1)).live(5),
                        NONE),
                row("the peer is gone", LOSS, lost(5).live(17), NONE),
                row(
                        "to the client",
                        Examiner.of(new NetworkLoss(), Leg.CLIENT),
                        asked().but(p -> {
                                    p.client.unackedSince = at(1);
                                    p.client.backoffs = Fact.kernel(3L);
                                })
                                .live(5),
                        "network_to_client likely"),
                row("all acknowledged", LOSS, asked().live(30), NONE));
    }

    private static PlayedSession lost(long backoffs) {
        return asked().but(p -> {
            p.upstream.unackedSince = at(1);
            p.upstream.unackedSegments = Fact.kernel(1L);
            p.upstream.backoffs = Fact.kernel(backoffs);
        });
    }

    static Stream<RuleCase> vanished() {
        return Stream.of(
                row("nothing comes back", VANISHED, lost(5).live(17), "upstream_side possible"),
                row("not for long", VANISHED, lost(5).live(15), NONE),
                row("too few time-outs yet", VANISHED, lost(2).live(17), NONE),
                row(
                        "heard meanwhile",
                        VANISHED,
                        lost(5).but(p -> p.upstream.lastHeardAt = seen(9)).live(17),
                        NONE),
                row(
                        "nobody knows whether heard",
                        VANISHED,
                        lost(5).but(p -> p.upstream.lastHeardAt = Observation.notObserved())
                                .live(17),
                        "upstream_side possible"),
                row(
                        "its FIN was heard meanwhile",
                        VANISHED,
                        lost(5).but(p -> p.upstream.peerFin = mark(9)).live(17),
                        NONE),
                row(
                        "keep-alive probes unanswered",
                        VANISHED,
                        asked().answers(2, 9)
                                .but(p -> p.upstream.probes = Fact.kernel(3L))
                                .live(60),
                        "upstream_side possible"),
                row(
                        "probes answered",
                        VANISHED,
                        asked().answers(2, 9)
                                .but(p -> p.upstream.probes = Fact.kernel(1L))
                                .live(60),
                        NONE),
                row(
                        "probes, nobody knows whether heard",
                        VANISHED,
                        asked().answers(2, 9)
                                .but(p -> {
                                    p.upstream.probes = Fact.kernel(3L);
                                    p.upstream.lastHeardAt = Observation.notObserved();
                                })
                                .live(60),
                        NONE),
                row(
                        "given up by the kernel",
                        VANISHED,
                        lost(15).but(p -> p.upstream.errno = Fact.socket(Errno.ETIMEDOUT))
                                .over(900),
                        "upstream_side possible"),
                row(
                        "given up, with nothing counted",
                        VANISHED,
                        asked().but(p -> p.upstream.errno = Fact.socket(Errno.ETIMEDOUT))
                                .over(900),
                        "upstream_side possible"),
                row(
                        "given up for the ICMP error of a port",
                        VANISHED,
                        lost(15).but(p -> p.upstream.errno = Fact.socket(Errno.ECONNREFUSED))
                                .over(900),
                        "upstream_side possible"),
                row(
                        "given up for the ICMP error of a filter",
                        VANISHED,
                        lost(15).but(p -> p.upstream.errno = Fact.socket(Errno.EACCES))
                                .over(900),
                        "upstream_side possible"),
                row(
                        "reset",
                        VANISHED,
                        asked().but(p -> p.upstream.errno = Fact.socket(Errno.ECONNRESET))
                                .over(900),
                        NONE),
                row("ended without an error", VANISHED, asked().over(900), NONE));
    }
}
