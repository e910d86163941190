package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.acknowledged;
import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.mark;
import static dev.finspect.diagnose.finding.PlayedSession.rst;
import static dev.finspect.diagnose.finding.PlayedSession.seen;
import static dev.finspect.diagnose.finding.PlayedSession.sentAgain;
import static dev.finspect.diagnose.finding.PlayedSession.socket;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Habit;
import dev.finspect.record.KernelNote;
import dev.finspect.record.LegData;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ClosingRulesTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "notClosing",
        "halfClosedActive",
        "finLost",
        "resetAfterIdle",
        "reused",
        "unread",
        "injected",
        "refused",
        "empty",
        "unexplained"
    })
    void finds(RuleCase row) {
        row.check();
    }

    private static PlayedSession answered() {
        return new PlayedSession().asks(1, 500).answers(2, 900);
    }

    private static PlayedSession finished() {
        return answered().but(p -> {
            p.client.peerFin = mark(3);
            p.upstream.localFin = acknowledged(3, true);
            p.upstream.state = Fact.kernel(TcpState.FIN_WAIT_2);
        });
    }

    static Stream<RuleCase> notClosing() {
        Examiner rule = Examiner.of(new NotClosing.OfUpstream());
        return Stream.of(
                row("a minute after our FIN", rule, finished().live(64), "upstream likely"),
                row("not yet", rule, finished().live(62), NONE),
                row(
                        "its socket is in CLOSE-WAIT, and the client's program still has its own",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 0))
                                .but(p -> p.client.peerSocket = socket(63, TcpState.FIN_WAIT_2, 0))
                                .live(64),
                        "upstream likely"),
                row(
                        "its socket is in CLOSE-WAIT, and the client's program has left",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 0))
                                .but(p -> p.client.peerSocket = socket(63, TcpState.CLOSED, 0))
                                .live(64),
                        "upstream proved"),
                row(
                        "its socket is in CLOSE-WAIT",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 0))
                                .live(64),
                        "upstream likely"),
                row("it works on what it was sent", rule, working().live(64), "upstream possible"),
                row(
                        "the same, and its socket is in CLOSE-WAIT",
                        rule,
                        working()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 0))
                                .live(64),
                        "upstream possible"),
                row(
                        "it still reads what came before",
                        rule,
                        finished()
                                .but(p -> {
                                    p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 9);
                                    p.upstream.peerUnreadSince = at(62);
                                })
                                .live(64),
                        NONE),
                row(
                        "it has read nothing of what came before for as long",
                        rule,
                        finished()
                                .but(p -> {
                                    p.upstream.peerSocket = socket(63, TcpState.CLOSE_WAIT, 9);
                                    p.upstream.peerUnreadSince = at(3);
                                })
                                .live(64),
                        "upstream proved"),
                row(
                        "it reads slower than it is sent to",
                        rule,
                        finished()
                                .but(p -> p.upstream.longestZeroWindow = Fact.inferred(1_000_000_000L))
                                .live(64),
                        "upstream possible"),
                row(
                        "its socket is closed by now",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.LAST_ACK, 0))
                                .live(64),
                        NONE),
                row(
                        "its socket has sent its FIN",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSING, 0))
                                .live(64),
                        NONE),
                row(
                        "its socket is in TIME-WAIT",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.TIME_WAIT, 0))
                                .live(64),
                        NONE),
                row(
                        "its socket is gone",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerSocket = socket(63, TcpState.CLOSED, 0))
                                .live(64),
                        NONE),
                row("it sends still", rule, finished().answers(40, 9).live(64), NONE),
                row("it sends with pauses", rule, finished().answers(40, 9).live(101), "upstream possible"),
                row("it sent, and fell silent", rule, finished().answers(40, 9).live(160), "upstream likely"),
                row(
                        "only the kernel knows",
                        rule,
                        finished().but(p -> p.upstream.localFin = mark(3)).live(64),
                        "upstream likely"),
                row(
                        "only the queue knows",
                        rule,
                        finished()
                                .but(p -> {
                                    p.upstream.localFin = mark(3);
                                    p.upstream.state = Observation.notObserved();
                                })
                                .live(64),
                        "upstream likely"),
                row(
                        "a stale state, and an empty queue",
                        rule,
                        finished()
                                .but(p -> {
                                    p.upstream.localFin = mark(3);
                                    p.upstream.state = Fact.kernel(TcpState.ESTABLISHED);
                                })
                                .live(64),
                        "upstream likely"),
                row(
                        "our FIN is not acknowledged",
                        rule,
                        finished()
                                .but(p -> p.upstream.localFin = acknowledged(3, false))
                                .live(64),
                        NONE),
                row(
                        "it has closed",
                        rule,
                        finished().but(p -> p.upstream.peerFin = mark(4)).live(64),
                        NONE),
                row(
                        "finspect leaves it unread",
                        rule,
                        finished().but(p -> p.upstream.pausedSince = at(4)).live(64),
                        NONE),
                row("over", rule, finished().over(64), NONE),
                row("nobody has finished", rule, answered().live(64), NONE),
                row(
                        "the client",
                        Examiner.of(new NotClosing.OfClient()),
                        answered()
                                .but(p -> p.client.localFin = acknowledged(3, true))
                                .live(64),
                        "client likely"),
                row(
                        "a client that would still read a long answer at 10 kB a second",
                        Examiner.of(new NotClosing.OfClient()),
                        new PlayedSession()
                                .asks(1, 500)
                                .answers(2, 900_000)
                                .but(p -> p.client.localFin = acknowledged(3, true))
                                .live(64),
                        "client possible"),
                row(
                        "the client, with the end of its answer",
                        Examiner.of(new NotClosing.OfClient()),
                        ended(3).live(64),
                        "client likely"),
                row(
                        "a client at rest, whose pool will see the end before its next use",
                        Examiner.of(new NotClosing.OfClient()),
                        ended(8).live(69),
                        "client possible"));
    }

    /** The client has half-closed with a request that is not answered. */
    private static PlayedSession working() {
        return new PlayedSession().asks(1, 500).but(p -> {
            p.client.peerFin = mark(3);
            p.upstream.localFin = acknowledged(3, true);
        });
    }

    /** The upstream has closed, after an answer at 2; its FIN reached the client at this second. */
    private static PlayedSession ended(double second) {
        return answered().but(p -> {
            p.client.localFin = acknowledged(second, true);
            p.client.peerSocket = socket(60, TcpState.CLOSE_WAIT, 0);
        });
    }

    static Stream<RuleCase> halfClosedActive() {
        Examiner rule = Examiner.of(new HalfClosedActive(), Leg.UPSTREAM);
        return Stream.of(
                row(
                        "sends a minute after our FIN",
                        rule,
                        finished().answers(50, 9).live(64),
                        "nobody proved"),
                row("for a moment alone", rule, finished().answers(3.5, 9).live(4), NONE),
                row("silent since", rule, finished().answers(50, 9).live(111), NONE),
                row("nothing after our FIN", rule, finished().live(64), NONE),
                row(
                        "never a byte of it",
                        rule,
                        new PlayedSession()
                                .asks(1, 9)
                                .but(p -> p.upstream.localFin = acknowledged(2, true))
                                .live(64),
                        NONE),
                row(
                        "has closed",
                        rule,
                        finished()
                                .answers(50, 9)
                                .but(p -> p.upstream.peerFin = mark(51))
                                .live(64),
                        NONE));
    }

    static Stream<RuleCase> finLost() {
        Examiner rule = Examiner.of(new FinLost(), Leg.UPSTREAM);
        return Stream.of(
                row("sent again, nothing heard", rule, unacknowledgedFin().live(7), "upstream_side possible"),
                row(
                        "sent again, and heard",
                        rule,
                        unacknowledgedFin()
                                .but(p -> {
                                    p.upstream.lastHeardAt = seen(5);
                                    p.upstream.unackedSince = at(3);
                                })
                                .live(7),
                        "network_to_upstream likely"),
                row(
                        "sent again, and heard, but nobody knows since when nothing gets on",
                        rule,
                        unacknowledgedFin()
                                .but(p -> p.upstream.lastHeardAt = seen(5))
                                .live(7),
                        "upstream_side possible"),
                row("not yet", rule, unacknowledgedFin().live(5), NONE),
                row(
                        "sent once",
                        rule,
                        unacknowledgedFin()
                                .but(p -> p.upstream.localFin = sentAgain(3, 0))
                                .live(7),
                        NONE),
                row(
                        "the kernel alone",
                        rule,
                        unacknowledgedFin()
                                .but(p -> {
                                    p.upstream.localFin = mark(3);
                                    p.upstream.state = Fact.kernel(TcpState.LAST_ACK);
                                    p.upstream.backoffs = Fact.kernel(2L);
                                })
                                .live(7),
                        "upstream_side possible"),
                row(
                        "nobody counts",
                        rule,
                        unacknowledgedFin()
                                .but(p -> {
                                    p.upstream.localFin = mark(3);
                                    p.upstream.state = Fact.kernel(TcpState.FIN_WAIT_1);
                                    p.upstream.backoffs = Observation.notObserved();
                                    p.upstream.lastHeardAt = Observation.notObserved();
                                })
                                .live(7),
                        "upstream_side possible"),
                row(
                        "behind a closed window",
                        rule,
                        unacknowledgedFin()
                                .but(p -> p.upstream.zeroWindowSince = seen(2))
                                .live(7),
                        NONE),
                row(
                        "behind bytes not sent",
                        rule,
                        unacknowledgedFin()
                                .but(p -> p.upstream.notSentBytes = Fact.kernel(9L))
                                .live(7),
                        NONE),
                row(
                        "with bytes before it lost as well",
                        rule,
                        unacknowledgedFin()
                                .but(p -> p.upstream.unackedSegments = Fact.kernel(3L))
                                .live(7),
                        NONE),
                row(
                        "the peer is gone",
                        rule,
                        unacknowledgedFin()
                                .but(p -> {
                                    p.upstream.unackedSince = at(3);
                                    p.upstream.backoffs = Fact.kernel(6L);
                                })
                                .live(30),
                        NONE),
                row("acknowledged", rule, finished().live(7), NONE),
                row("never sent", rule, answered().live(7), NONE));
    }

    private static PlayedSession unacknowledgedFin() {
        return answered().but(p -> {
            p.upstream.localFin = sentAgain(3, 3);
            p.upstream.unackedSegments = Fact.kernel(1L);
        });
    }

    private static PlayedSession here(PlayedSession session) {
        return session.but(p -> p.upstream.peerSocket = socket(30, TcpState.ESTABLISHED, 0));
    }

    private static PlayedSession met(double second, double rstAt) {
        return answered().asks(second, 500).but(p -> {
            p.upstream.peerRst = mark(rstAt);
            p.upstream.bytesAcknowledged = Fact.kernel(500L);
        });
    }

    static Stream<RuleCase> resetAfterIdle() {
        Examiner rule = Examiner.of(new ResetAfterIdle(), Leg.UPSTREAM);
        return Stream.of(
                row("after a minute's rest", rule, met(62, 62.05).over(63), "upstream_side possible"),
                row(
                        "the rest itself unseen",
                        rule,
                        met(62, 62.05)
                                .but(p -> p.upstream.lastRestNanos = Observation.notObserved())
                                .over(63),
                        "upstream_side possible"),
                row(
                        "a box on the way",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.peerRst = rst(62.05, true, 250);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 60), Source.WIRE);
                                })
                                .over(63),
                        "network_to_upstream likely"),
                row(
                        "a NAT may have given it another port",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.peerRst = flagged(62.05, 60, false);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 60), Source.WIRE);
                                })
                                .over(63),
                        "upstream_side possible"),
                row(
                        "the peer's own segments have come by several ways",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.peerRst = flagged(62.05, 64, true);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 64), Source.WIRE);
                                })
                                .over(63),
                        "upstream_side possible"),
                row(
                        "a socket of the peer sent the RST",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.peerRst = flagged(62.05, 60, true);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 60), Source.WIRE);
                                })
                                .over(63),
                        "upstream likely"),
                row(
                        "the same without a router on the way",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.peerRst = flagged(62.05, 64, false);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(64, 64), Source.WIRE);
                                })
                                .over(63),
                        "upstream likely"),
                row(
                        "an upstream on this host, whose RST was not captured",
                        rule,
                        here(met(62, 62.05)).over(63),
                        "upstream likely"),
                row(
                        "the same, and its RST has no ACK flag",
                        rule,
                        here(met(62, 62.05))
                                .but(p -> p.upstream.peerRst = flagged(62.05, 64, false))
                                .over(63),
                        "upstream proved"),
                row("without a rest", rule, met(4, 4.05).over(5), NONE),
                row(
                        "it had taken the request",
                        rule,
                        met(62, 62.05)
                                .but(p -> p.upstream.bytesAcknowledged = p.upstream.bytesSent)
                                .over(63),
                        NONE),
                row("much later", rule, met(62, 70).over(71), NONE),
                row(
                        "it had taken the first of much that was sent since",
                        rule,
                        met(62, 62.9)
                                .asks(62.7, 500)
                                .but(p -> p.upstream.bytesAcknowledged = Fact.kernel(1_000L))
                                .over(63),
                        NONE),
                row(
                        "the same, and the rest itself unseen",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.lastRestNanos = Observation.notObserved();
                                    p.upstream.bytesAcknowledged = Fact.kernel(600L);
                                })
                                .over(63),
                        NONE),
                row(
                        "the kernel still owed bytes from before the rest",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.lastRestBytesSent = Fact.socket(500L);
                                    p.upstream.bytesAcknowledged = Fact.kernel(499L);
                                })
                                .over(63),
                        NONE),
                row(
                        "nothing was owed",
                        rule,
                        met(62, 62.05)
                                .but(p -> p.upstream.lastRestBytesSent = Fact.socket(500L))
                                .over(63),
                        "upstream_side possible"),
                row(
                        "much was handed over and little taken, and no rest seen",
                        rule,
                        met(62, 62.05)
                                .but(p -> {
                                    p.upstream.lastRestNanos = Observation.notObserved();
                                    p.upstream.bytesAcknowledged = Fact.kernel(400L);
                                })
                                .over(63),
                        NONE),
                row(
                        "behind a closed window",
                        rule,
                        met(62, 62.05)
                                .but(p -> p.upstream.zeroWindowSince = at(62))
                                .over(63),
                        NONE),
                row(
                        "while idle, with nothing sent",
                        rule,
                        answered().but(p -> p.upstream.peerRst = mark(62)).over(63),
                        NONE),
                row(
                        "the client had finished",
                        rule,
                        met(62, 62.05).but(p -> p.upstream.localFin = mark(62)).over(63),
                        NONE),
                row(
                        "the rest ended by the upstream",
                        rule,
                        answered()
                                .answers(62, 5)
                                .asks(62.01, 5)
                                .but(p -> p.upstream.peerRst = mark(62.02))
                                .over(63),
                        NONE),
                row(
                        "nobody sent anything",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.peerRst = mark(62))
                                .over(63),
                        NONE),
                row("sent after the RST", rule, met(62.06, 62.05).over(63), NONE),
                row(
                        "ended by finspect",
                        rule,
                        met(62, 62.05)
                                .proxy(new Snapshot.Proxy(Fact.socket("shutdown"), null, null, null))
                                .over(63),
                        NONE),
                row("alive", rule, met(62, 62.05).live(63), NONE),
                row(
                        "a push to a client that had gone",
                        Examiner.of(new ResetAfterIdle(), Leg.CLIENT),
                        answered()
                                .answers(62, 50)
                                .but(p -> {
                                    p.client.peerRst = mark(62.05);
                                    p.client.bytesAcknowledged = Fact.kernel(900L);
                                })
                                .over(63),
                        "client_side possible"));
    }

    private static PlayedSession crossed(double finAt) {
        return answered().asks(62, 500).but(p -> {
            p.upstream.peerFin = mark(finAt);
            p.upstream.peerRst = mark(62.05);
            p.upstream.bytesSentAfterPeerFin = Fact.socket(finAt < 62 ? 500L : 0L);
            p.upstream.bytesAcknowledged = Fact.kernel(500L);
        });
    }

    static Stream<RuleCase> reused() {
        Examiner rule = Examiner.of(new ReusedWhileClosing());
        return Stream.of(
                row("sent just after its FIN came", rule, crossed(61.999).over(63), "configuration likely"),
                row("sent just before", rule, crossed(62.001).over(63), "configuration likely"),
                row(
                        "closed and nothing crossed",
                        rule,
                        answered().but(p -> p.upstream.peerFin = mark(62)).over(63),
                        NONE),
                row(
                        "crossed and no RST",
                        rule,
                        crossed(61.999)
                                .but(p -> p.upstream.peerRst = Observation.notObserved())
                                .over(63),
                        NONE),
                row("long after its FIN", rule, crossed(50).over(63), NONE),
                row(
                        "it had taken the request before it closed",
                        rule,
                        crossed(62.001)
                                .but(p -> p.upstream.bytesAcknowledged = p.upstream.bytesSent)
                                .over(63),
                        NONE),
                row(
                        "the client closed first",
                        rule,
                        crossed(61.999).but(p -> p.upstream.localFin = mark(61)).over(63),
                        NONE),
                row(
                        "finspect passed its end on after",
                        rule,
                        crossed(61.999)
                                .but(p -> p.upstream.localFin = mark(62.01))
                                .over(63),
                        "configuration likely"),
                row(
                        "the TLS goodbye to a goodbye",
                        rule,
                        answered()
                                .answers(10, 31)
                                .asks(10.001, 31)
                                .but(p -> {
                                    p.upstream.peerFin = mark(10);
                                    p.upstream.peerRst = mark(10.01);
                                    p.upstream.bytesSentAfterPeerFin = Fact.socket(31L);
                                })
                                .over(11),
                        NONE),
                row(
                        "a request to a service that closes after its answer",
                        rule,
                        answered()
                                .asks(2.001, 400)
                                .but(p -> {
                                    p.upstream.peerFin = mark(2);
                                    p.upstream.peerRst = mark(2.01);
                                    p.upstream.bytesSentAfterPeerFin = Fact.socket(400L);
                                    p.upstream.bytesAcknowledged = Fact.kernel(500L);
                                })
                                .over(3),
                        NONE),
                row(
                        "of a size unknown, right after its answer",
                        rule,
                        answered()
                                .asks(2.001, 400)
                                .but(p -> {
                                    p.upstream.peerFin = mark(2);
                                    p.upstream.peerRst = mark(2.01);
                                    p.upstream.turnBytesSent = Observation.notObserved();
                                })
                                .over(3),
                        NONE),
                row(
                        "a small request that met an idle time-out",
                        rule,
                        answered()
                                .asks(62, 20)
                                .but(p -> {
                                    p.upstream.peerFin = mark(61.999);
                                    p.upstream.peerRst = mark(62.01);
                                    p.upstream.bytesSentAfterPeerFin = Fact.socket(20L);
                                    p.upstream.bytesAcknowledged = Fact.kernel(500L);
                                })
                                .over(63),
                        "configuration likely"));
    }

    static Stream<RuleCase> unread() {
        Examiner rule = Examiner.of(new ResetWithUnread(), Leg.UPSTREAM);
        Examiner client = Examiner.of(new ResetWithUnread(), Leg.CLIENT);
        return Stream.of(
                row("right after a request it had taken", rule, reset().over(3), "upstream_side possible"),
                row(
                        "not known whether taken",
                        rule,
                        reset().but(p -> p.upstream.bytesAcknowledged = Observation.notObserved())
                                .over(3),
                        "upstream_side possible"),
                row(
                        "its socket was seen with unread bytes",
                        rule,
                        reset().but(p -> p.upstream.peerSocket = socket(1, TcpState.ESTABLISHED, 500))
                                .over(3),
                        "upstream proved"),
                row(
                        "its kernel says that bytes were unread",
                        rule,
                        resetFor("TCP_ABORT_ON_CLOSE").over(3),
                        "upstream proved"),
                row(
                        "its kernel says so, and they were as few as a goodbye",
                        rule,
                        answered()
                                .asks(2.5, 31)
                                .but(p -> p.upstream.peerRst = noted(2.51, "TCP_ABORT_ON_CLOSE"))
                                .over(3),
                        "upstream possible"),
                row(
                        "its kernel says that they came after its program had closed, long before",
                        rule,
                        new PlayedSession()
                                .asks(1, 500)
                                .but(p -> p.upstream.peerRst = noted(30, "TCP_ABORT_ON_DATA"))
                                .over(31),
                        "upstream proved"),
                row(
                        "its kernel sent it, and does not say why",
                        rule,
                        resetFor("NOT_SPECIFIED").over(3),
                        "upstream likely"),
                row("its program cut it off", rule, resetFor("TCP_STATE").over(3), NONE),
                row(
                        "its kernel had no socket for it",
                        rule,
                        resetFor("NO_SOCKET").over(3),
                        NONE),
                row(
                        "its kernel sent an RST without ACK since bytes were unread, whatever its time to live",
                        rule,
                        reset().but(p -> {
                                    CloseMark seen = flagged(1.01, 250, false).value();
                                    p.upstream.peerRst = Fact.wire(seen.with(noted(1.01, "TCP_ABORT_ON_DATA")
                                            .value()
                                            .kernel()));
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
                                })
                                .over(3),
                        "upstream proved"),
                row(
                        "a living socket's RST, with the peer's time to live",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerRst = flagged(1.01, 61, true);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
                                })
                                .over(3),
                        "upstream likely"),
                row(
                        "the same without a socket: it may have been reset in finspect's name before",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerRst = flagged(1.01, 61, false);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
                                })
                                .over(3),
                        NONE),
                row(
                        "answered early, upload under way",
                        rule,
                        answered()
                                .but(p -> {
                                    p.upstream.peerRst = mark(2.01);
                                    p.upstream.bytesAcknowledged = Fact.kernel(300L);
                                })
                                .over(3),
                        "upstream_side possible"),
                row(
                        "answered, all taken, reset as a way to close",
                        rule,
                        answered().but(p -> p.upstream.peerRst = mark(2.01)).over(3),
                        NONE),
                row(
                        "long after the request",
                        rule,
                        new PlayedSession()
                                .asks(1, 500)
                                .but(p -> p.upstream.peerRst = mark(30))
                                .over(31),
                        NONE),
                row(
                        "the client was leaving",
                        rule,
                        reset().but(p -> p.client.peerFin = mark(1)).over(3),
                        NONE),
                row(
                        "it had sent its FIN",
                        rule,
                        reset().but(p -> p.upstream.peerFin = mark(0.5)).over(3),
                        NONE),
                row(
                        "its FIN, not long before, was part of its close()",
                        rule,
                        reset().but(p -> p.upstream.peerFin = mark(1.005)).over(3),
                        "upstream_side possible"),
                row(
                        "the same, and it had not taken everything",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerFin = mark(1.005);
                                    p.upstream.bytesAcknowledged = Fact.kernel(300L);
                                })
                                .over(3),
                        NONE),
                row(
                        "its FIN came long before",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerFin = mark(1.005);
                                    p.upstream.peerRst = mark(30);
                                })
                                .over(31),
                        NONE),
                row(
                        "the client had finished first",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerFin = mark(1.005);
                                    p.upstream.localFin = mark(1);
                                })
                                .over(3),
                        NONE),
                row("a goodbye in answer to its FIN", rule, afterFin(31).over(3), NONE),
                row("more than a goodbye after its FIN", rule, afterFin(400).over(3), "upstream_side possible"),
                row("after an idle time", rule, met(62, 62.05).over(63), NONE),
                row(
                        "not the peer's own RST",
                        rule,
                        reset().but(p -> {
                                    p.upstream.peerRst = rst(1.01, true, 250);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
                                })
                                .over(3),
                        NONE),
                row(
                        "nothing was ever sent to it",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.peerRst = mark(1))
                                .over(3),
                        NONE),
                row("no RST", rule, answered().over(3), NONE),
                row(
                        "a client that had all it wanted",
                        client,
                        answered().but(p -> p.client.peerRst = mark(2.01)).over(3),
                        NONE),
                row(
                        "a client that stops in the middle",
                        client,
                        answered()
                                .but(p -> {
                                    p.client.peerRst = mark(2.01);
                                    p.client.bytesAcknowledged = Fact.kernel(400L);
                                })
                                .over(3),
                        "nobody possible"),
                row(
                        "a client with unread bytes",
                        client,
                        answered()
                                .but(p -> {
                                    p.client.peerRst = mark(9);
                                    p.client.peerSocket = socket(8, TcpState.ESTABLISHED, 900);
                                })
                                .over(9),
                        "nobody proved"));
    }

    static Stream<RuleCase> unexplained() {
        Examiner rule = Examiner.of(new UnexplainedEnd());
        return Stream.of(
                row(
                        "an RST",
                        rule,
                        answered().but(p -> p.upstream.peerRst = mark(9)).over(10),
                        "nobody possible"),
                row("an RST after both FINs", rule, bothFinished().over(10), NONE),
                row(
                        "an RST between the FINs",
                        rule,
                        bothFinished().but(p -> p.upstream.peerRst = mark(4)).over(10),
                        "nobody possible"),
                row("a goodbye that the peer no longer took", rule, goodbye(31).over(10), NONE),
                row("more than a goodbye", rule, goodbye(300).over(10), "nobody possible"),
                row(
                        "a word that was sent long before its sender closed",
                        rule,
                        goodbye(31).but(p -> p.upstream.localFin = mark(8)).over(10),
                        "nobody possible"),
                row(
                        "a goodbye, and the peer had not closed",
                        rule,
                        goodbye(31)
                                .but(p -> {
                                    p.upstream.peerFin = Observation.notObserved();
                                    p.client.localFin = Observation.notObserved();
                                })
                                .over(10),
                        "nobody possible"),
                row(
                        "a goodbye, and its sender had not closed",
                        rule,
                        goodbye(31)
                                .but(p -> p.upstream.localFin = Observation.notObserved())
                                .over(10),
                        "nobody possible"));
    }

    @Test
    void endIsToldOncePerAct() {
        Snapshot single = bothFinished().but(p -> p.upstream.peerRst = mark(4)).over(10);
        List<Evidence> evidence =
                Examiner.of(new UnexplainedEnd()).examine(single).orElseThrow().evidence();
        assertThat(evidence)
                .extracting(Evidence::clue)
                .containsExactly(
                        Clue.LAST_RECEIVED,
                        Clue.LAST_RECEIVED,
                        Clue.FIN_RECEIVED,
                        Clue.RST_RECEIVED,
                        Clue.FIN_RECEIVED);
        Snapshot proxied = bothFinished()
                .but(p -> {
                    p.upstream.peerRst = mark(4);
                    p.upstream.localFin = mark(3.001);
                })
                .over(10);
        assertThat(Examiner.of(new UnexplainedEnd())
                        .examine(proxied)
                        .orElseThrow()
                        .evidence())
                .extracting(Evidence::clue)
                .contains(Clue.FIN_SENT);
    }

    /** The client's FIN, then the upstream's, then its RST, without a proxy between them. */
    private static PlayedSession bothFinished() {
        return answered().but(p -> {
            p.client.peerFin = mark(3);
            p.upstream.localFin = mark(3);
            p.upstream.peerFin = mark(5);
            p.client.localFin = mark(5);
            p.upstream.peerRst = mark(6);
        });
    }

    /** The service answers and closes; so many bytes follow at once, acknowledge its FIN, and are reset. */
    private static PlayedSession afterFin(long bytes) {
        return answered().asks(2.002, bytes).but(p -> {
            Observation<Boolean> none = Observation.notObserved();
            p.upstream.peerFin = Fact.wire(mark(2).value()
                    .with(new CloseMark.Delivery(Fact.wire(true), Fact.wire(2_000_000L), Fact.wire(0L), none)));
            p.upstream.peerRst = mark(2.003);
            p.upstream.bytesSentAfterPeerFin = Fact.socket(bytes);
            p.upstream.bytesAcknowledged = Fact.kernel(500L);
        });
    }

    /** The upstream closes, and the client says so many bytes before it closes too, which are not acknowledged. */
    private static PlayedSession goodbye(long bytes) {
        return answered()
                .but(p -> {
                    p.upstream.peerFin = mark(3);
                    p.client.localFin = mark(3);
                })
                .asks(3.01, bytes)
                .but(p -> {
                    p.upstream.bytesAcknowledged = Fact.kernel(500L);
                    p.client.peerFin = mark(3.02);
                    p.upstream.localFin = mark(3.02);
                });
    }

    private static Fact<CloseMark> flagged(double second, long ttl, boolean ackFlag) {
        CloseMark mark = rst(second, true, ttl).value();
        return Fact.wire(new CloseMark(
                mark.at(),
                new CloseMark.Numbers(
                        Observation.notObserved(),
                        Fact.wire(ackFlag),
                        Observation.notObserved(),
                        Fact.wire(!ackFlag),
                        Observation.notObserved()),
                mark.delivery(),
                mark.ttl()));
    }

    /** An RST of which the peer's kernel, on this host, says why it was sent. */
    private static Fact<CloseMark> noted(double second, String reason) {
        CloseMark mark = mark(second).value();
        return Fact.socket(
                mark.with(KernelNote.ofReset(Fact.kernel(mark.at().value()), Fact.kernel(new ResetReason(reason)))));
    }

    private static PlayedSession resetFor(String reason) {
        return new PlayedSession().asks(1, 500).but(p -> p.upstream.peerRst = noted(1.01, reason));
    }

    private static PlayedSession reset() {
        return new PlayedSession().asks(1, 500).but(p -> p.upstream.peerRst = mark(1.01));
    }

    static Stream<RuleCase> injected() {
        Examiner rule = Examiner.of(new ResetInjected(), Leg.UPSTREAM);
        return Stream.of(
                row("from far off", rule, ttl(250).over(10), "network_to_upstream likely"),
                row("from below", rule, ttl(40).over(10), "network_to_upstream likely"),
                row("from as far, sent with 255", rule, ttl(252).over(10), "upstream_side possible"),
                row("from as far, sent with 128", rule, ttl(125).over(10), "upstream_side possible"),
                row("one hop nearer", rule, ttl(62).over(10), "upstream_side possible"),
                row("like all others", rule, ttl(61).over(10), NONE),
                row(
                        "from far off, but the peer's kernel sent it",
                        rule,
                        ttl(250).but(p -> p.upstream.peerRst = Fact.wire(rst(5, false, 250)
                                        .value()
                                        .with(noted(5, "NOT_SPECIFIED").value().kernel())))
                                .over(10),
                        NONE),
                row(
                        "when the other end had reset already",
                        rule,
                        ttl(250).but(p -> p.upstream.localRst = mark(8)).over(10),
                        NONE),
                row(
                        "when the other end's RST had been out of the window",
                        rule,
                        ttl(250).but(p -> p.upstream.localRst = rst(8, false, 64))
                                .over(10),
                        "network_to_upstream likely"),
                row(
                        "others unknown",
                        rule,
                        ttl(250).but(p -> p.upstream.peerTtls = Observation.notObserved())
                                .over(10),
                        NONE),
                row(
                        "its own unknown",
                        rule,
                        answered()
                                .but(p -> {
                                    p.upstream.peerRst = mark(9);
                                    p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
                                })
                                .over(10),
                        NONE),
                row(
                        "outside the window",
                        rule,
                        answered()
                                .but(p -> p.upstream.peerRst = rst(9, false, 61))
                                .over(10),
                        "upstream_side possible"),
                row(
                        "outside the window, closing",
                        rule,
                        finished()
                                .but(p -> p.upstream.peerRst = rst(9, false, 61))
                                .over(10),
                        NONE),
                row(
                        "outside the window, reset by finspect",
                        rule,
                        answered()
                                .but(p -> {
                                    p.upstream.localRst = mark(8);
                                    p.upstream.peerRst = rst(9, false, 61);
                                })
                                .over(10),
                        NONE),
                row("alive", rule, ttl(250).live(10), NONE),
                row("no RST", rule, answered().over(10), NONE));
    }

    private static PlayedSession ttl(long ttl) {
        return answered().but(p -> {
            p.upstream.peerRst = rst(9, true, ttl);
            p.upstream.peerTtls = new Fact<>(new LegData.Ttls(60, 61), Source.WIRE);
        });
    }

    private static PlayedSession together() {
        return new PlayedSession().asks(1, 20).but(p -> {
            p.client.peerFin = mark(1.01);
            p.upstream.localFin = mark(1.01);
            p.upstream.peerFin = mark(1.03);
        });
    }

    static Stream<RuleCase> refused() {
        Examiner rule = Examiner.of(new HalfCloseRefused());
        return Stream.of(
                row("request and FIN, answered by a FIN", rule, together().over(2), NONE),
                row(
                        "of a service that answers others",
                        rule,
                        together()
                                .but(p -> p.upstream.speaksElsewhere = Fact.inferred(true))
                                .over(2),
                        "upstream_side possible"),
                row(
                        "of a service that never answers",
                        rule,
                        together()
                                .but(p -> p.upstream.speaksElsewhere = Fact.inferred(false))
                                .over(2),
                        NONE),
                row(
                        "answered by an RST",
                        rule,
                        together()
                                .but(p -> {
                                    p.upstream.peerFin = Observation.notObserved();
                                    p.upstream.peerRst = mark(1.03);
                                })
                                .over(2),
                        "upstream_side possible"),
                row(
                        "a goodbye",
                        rule,
                        answered()
                                .asks(9, 5)
                                .but(p -> {
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerFin = mark(9.01);
                                })
                                .over(10),
                        NONE),
                row(
                        "a large turn, and FIN for FIN",
                        rule,
                        answered()
                                .asks(9, 5000)
                                .but(p -> {
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerFin = mark(9.01);
                                })
                                .over(10),
                        NONE),
                row(
                        "a large turn, and RST for FIN",
                        rule,
                        answered()
                                .asks(9, 5000)
                                .but(p -> {
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerRst = mark(9.01);
                                })
                                .over(10),
                        "upstream_side possible"),
                row(
                        "a turn of unknown size, and RST",
                        rule,
                        answered()
                                .asks(9, 5000)
                                .but(p -> {
                                    p.upstream.turnBytesSent = Observation.notObserved();
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerRst = mark(9.01);
                                })
                                .over(10),
                        NONE),
                row("answered first", rule, together().answers(1.02, 99).over(2), NONE),
                row(
                        "closed much later",
                        rule,
                        together().but(p -> p.upstream.peerFin = mark(5)).over(6),
                        NONE),
                row(
                        "closed before",
                        rule,
                        together().but(p -> p.upstream.peerFin = mark(1)).over(6),
                        NONE),
                row(
                        "the client gave up waiting",
                        rule,
                        new PlayedSession()
                                .asks(1, 500)
                                .but(p -> {
                                    p.upstream.localFin = mark(30);
                                    p.upstream.peerFin = mark(30.01);
                                })
                                .over(31),
                        NONE),
                row(
                        "a shipper's end",
                        rule,
                        new PlayedSession()
                                .asks(1, 500)
                                .asks(9, 500)
                                .but(p -> {
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerFin = mark(9.01);
                                })
                                .over(10),
                        NONE),
                row(
                        "no request",
                        rule,
                        new PlayedSession()
                                .but(p -> {
                                    p.upstream.localFin = mark(9);
                                    p.upstream.peerFin = mark(9.01);
                                })
                                .over(10),
                        NONE),
                row(
                        "not half-closed",
                        rule,
                        answered().but(p -> p.upstream.peerFin = mark(3)).over(4),
                        NONE),
                row("alive", rule, together().live(2), NONE));
    }

    private static PlayedSession closed() {
        return new PlayedSession().asks(1, 500).but(p -> p.upstream.peerFin = mark(1.1));
    }

    private static PlayedSession uploaded() {
        return new PlayedSession().asks(1, 200_000).but(p -> p.upstream.peerFin = mark(1.1));
    }

    static Stream<RuleCase> empty() {
        Examiner rule = Examiner.of(new EmptyReply());
        return Stream.of(
                row("a FIN for a request", rule, closed().over(2), "upstream likely"),
                row(
                        "on a kept connection, whose last word may be a goodbye",
                        rule,
                        answered()
                                .asks(9, 500)
                                .but(p -> p.upstream.peerFin = mark(9.1))
                                .over(10),
                        "upstream possible"),
                row(
                        "on a kept connection of a route that answers such words",
                        rule,
                        answered()
                                .asks(9, 500)
                                .but(p -> {
                                    p.upstream.peerFin = mark(9.1);
                                    p.upstream.habit = Fact.socket(new Habit(20, 0, 1_000_000));
                                })
                                .over(10),
                        "upstream likely"),
                row(
                        "on a kept connection of a route that leaves some without",
                        rule,
                        answered()
                                .asks(9, 500)
                                .but(p -> {
                                    p.upstream.peerFin = mark(9.1);
                                    p.upstream.habit = Fact.socket(new Habit(20, 1, 1_000_000));
                                })
                                .over(10),
                        "upstream possible"),
                row(
                        "to a second word that may be a goodbye",
                        rule,
                        new PlayedSession()
                                .asks(1, 500)
                                .asks(4, 31)
                                .but(p -> {
                                    p.client.unansweredTurns = Fact.socket(0L);
                                    p.upstream.unansweredSince = at(1);
                                    p.upstream.peerFin = mark(4.001);
                                })
                                .over(5),
                        "upstream possible"),
                row(
                        "to an upload, of a service that answers others",
                        rule,
                        uploaded()
                                .but(p -> p.upstream.speaksElsewhere = Fact.inferred(true))
                                .over(3),
                        "upstream possible"),
                row(
                        "to an upload, of a service that answers such",
                        rule,
                        uploaded()
                                .but(p -> p.upstream.habit = Fact.inferred(new Habit(1, 0, 1)))
                                .over(3),
                        "upstream likely"),
                row(
                        "to an upload, of a service that answered none of them",
                        rule,
                        uploaded()
                                .but(p -> p.upstream.habit = Fact.inferred(new Habit(0, 1, 1)))
                                .over(3),
                        "upstream possible"),
                row(
                        "turns that nobody counted",
                        rule,
                        closed().but(p -> p.client.unansweredTurns = Observation.notObserved())
                                .over(2),
                        "upstream possible"),
                row(
                        "long after",
                        rule,
                        closed().but(p -> p.upstream.peerFin = mark(31)).over(32),
                        "upstream possible"),
                row(
                        "to a word that may want no answer",
                        rule,
                        answered()
                                .asks(9, 31)
                                .but(p -> p.upstream.peerFin = mark(9.1))
                                .over(10),
                        "upstream possible"),
                row(
                        "to a turn of unknown size",
                        rule,
                        answered()
                                .asks(9, 500)
                                .but(p -> {
                                    p.upstream.turnBytesSent = Observation.notObserved();
                                    p.upstream.peerFin = mark(9.1);
                                })
                                .over(10),
                        "upstream possible"),
                row(
                        "with the client leaving too",
                        rule,
                        answered()
                                .asks(9, 31)
                                .but(p -> {
                                    p.upstream.peerFin = mark(9.1);
                                    p.client.localFin = mark(9.1);
                                    p.client.peerFin = mark(9.11);
                                })
                                .over(10),
                        NONE),
                row(
                        "and the client closes when told",
                        rule,
                        closed().but(p -> {
                                    p.client.localFin = mark(1.1);
                                    p.client.peerFin = mark(1.11);
                                })
                                .over(2),
                        "upstream likely"),
                row(
                        "the client left by itself",
                        rule,
                        closed().but(p -> {
                                    p.client.peerFin = mark(1.05);
                                    p.client.localFin = mark(1.1);
                                })
                                .over(2),
                        NONE),
                row(
                        "the client was reset away untold",
                        rule,
                        closed().but(p -> p.client.peerRst = mark(1.05)).over(2),
                        NONE),
                row(
                        "half-closed before",
                        rule,
                        closed().but(p -> p.upstream.localFin = mark(1.05)).over(2),
                        NONE),
                row(
                        "the client's end passed on after",
                        rule,
                        closed().but(p -> p.upstream.localFin = mark(1.5)).over(2),
                        "upstream likely"),
                row(
                        "answered",
                        rule,
                        answered().but(p -> p.upstream.peerFin = mark(3)).over(4),
                        NONE),
                row(
                        "reset",
                        rule,
                        closed().but(p -> p.upstream.peerRst = mark(1.2)).over(2),
                        NONE),
                row(
                        "closed before the request",
                        rule,
                        closed().but(p -> p.upstream.peerFin = mark(0.9)).over(2),
                        NONE),
                row(
                        "a shipper",
                        rule,
                        new PlayedSession()
                                .asks(1, 9)
                                .asks(3, 9)
                                .asks(5, 9)
                                .but(p -> p.upstream.peerFin = mark(6))
                                .over(7),
                        NONE),
                row(
                        "a service that never answers",
                        rule,
                        closed().but(p -> p.upstream.speaksElsewhere = Fact.inferred(false))
                                .over(2),
                        NONE),
                row(
                        "no request",
                        rule,
                        new PlayedSession()
                                .but(p -> p.upstream.peerFin = mark(6))
                                .over(7),
                        NONE),
                row(
                        "ended by finspect",
                        rule,
                        closed().proxy(new Snapshot.Proxy(Fact.socket("idle_timeout"), null, null, null))
                                .over(2),
                        NONE));
    }
}
