package dev.finspect.diagnose.finding;

import static dev.finspect.diagnose.finding.PlayedSession.at;
import static dev.finspect.diagnose.finding.PlayedSession.mark;
import static dev.finspect.diagnose.finding.PlayedSession.rst;
import static dev.finspect.diagnose.finding.RuleCase.NONE;
import static dev.finspect.diagnose.finding.RuleCase.row;

import dev.finspect.diagnose.Expectation;
import dev.finspect.record.Habit;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which facts rule another reading out, and which finding takes its place. */
final class OtherReadingsTest {
    private static final Examiner SILENT = Examiner.of(new UpstreamSilent());
    private static final Examiner GAP = Examiner.of(new StreamGap(), Leg.UPSTREAM);
    private static final Examiner STALE = Examiner.of(new StaleConnection());
    private static final Examiner REUSED = Examiner.of(new ReusedWhileClosing());
    private static final Examiner UNEXPLAINED = Examiner.of(new UnexplainedEnd());
    private static final Examiner OVERFLOW = Examiner.of(new BacklogFull());
    private static final Examiner VANISHED = Examiner.of(new PeerVanished(), Leg.UPSTREAM);

    @ParameterizedTest(name = "{0}")
    @MethodSource({"answers", "gaps", "stale", "unexplained", "overflow", "icmp"})
    void finds(RuleCase row) {
        row.check();
    }

    private static PlayedSession asked() {
        return new PlayedSession().asks(1, 10).answers(1.1, 90).asks(5, 500);
    }

    static Stream<RuleCase> answers() {
        return Stream.of(
                row("nothing is known of the route", SILENT, asked().live(70), "upstream possible"),
                row(
                        "answers are expected",
                        SILENT,
                        asked().expects(Expectation.EXPECTED).live(70),
                        "upstream likely"),
                row(
                        "answers are not expected",
                        SILENT,
                        asked().expects(Expectation.NOT_EXPECTED).live(70),
                        NONE),
                row(
                        "always answered, asked once",
                        SILENT,
                        asked().but(p -> habit(p, 20, 0)).live(70),
                        "upstream possible"),
                row(
                        "always answered, asked again: that may be the rest of the word",
                        SILENT,
                        askedAgain(20, 0),
                        "undetermined possible"),
                row("answered too seldom to be a habit", SILENT, askedAgain(19, 0), "undetermined possible"),
                row("not always answered", SILENT, askedAgain(20, 1), "undetermined possible"),
                row(
                        "an upload may not be complete",
                        SILENT,
                        new PlayedSession()
                                .asks(1, 100_000)
                                .expects(Expectation.EXPECTED)
                                .live(70),
                        "undetermined possible"),
                row(
                        "nobody knows since when a word is unanswered",
                        SILENT,
                        asked().expects(Expectation.EXPECTED)
                                .but(p -> p.upstream.unansweredSince = Observation.notObserved())
                                .live(70),
                        "undetermined possible"),
                row(
                        "probes that nobody counts may be unanswered",
                        SILENT,
                        asked().expects(Expectation.EXPECTED)
                                .but(p -> p.upstream.probes = Observation.notObserved())
                                .live(70),
                        "upstream_side possible"),
                row(
                        "silent in another session too",
                        SILENT,
                        asked().but(p -> habit(p, 1, 0))
                                .but(p -> p.upstream.silentElsewhere = Fact.socket(true))
                                .live(70),
                        "upstream likely"),
                row(
                        "the same, after what may be the first part of an upload",
                        SILENT,
                        new PlayedSession()
                                .asks(1, 20_000)
                                .but(p -> habit(p, 1, 0))
                                .but(p -> p.upstream.silentElsewhere = Fact.socket(true))
                                .live(70),
                        "undetermined possible"),
                row(
                        "heartbeats do not renew the time",
                        SILENT,
                        asked().but(p -> p.upstream.unansweredSince = at(5))
                                .asks(60, 9)
                                .live(70),
                        "undetermined possible"),
                row(
                        "an upload is owed an answer only at its end",
                        SILENT,
                        asked().but(p -> p.upstream.unansweredSince = at(5))
                                .asks(60, 100_000)
                                .live(70),
                        NONE),
                row(
                        "the way loses the answer",
                        SILENT,
                        asked().but(p -> p.upstream.holeSince = at(6)).live(70),
                        NONE));
    }

    private static void habit(PlayedSession played, long answered, long unanswered) {
        played.upstream.habit = Fact.inferred(new Habit(answered, unanswered, 1_000_000));
    }

    private static dev.finspect.diagnose.Snapshot askedAgain(long answered, long unanswered) {
        return asked().but(p -> habit(p, answered, unanswered))
                .but(p -> p.upstream.unansweredSince = at(5))
                .asks(7, 20)
                .live(90);
    }

    static Stream<RuleCase> gaps() {
        return Stream.of(
                row(
                        "for longer than the threshold",
                        GAP,
                        asked().but(p -> p.upstream.holeSince = at(6)).live(10),
                        "network_to_upstream likely"),
                row(
                        "not yet",
                        GAP,
                        asked().but(p -> p.upstream.holeSince = at(6)).live(8),
                        NONE),
                row(
                        "heard since",
                        GAP,
                        asked().but(p -> p.upstream.holeSince = at(6))
                                .but(p -> p.upstream.lastHeardAt = Fact.kernel(at(9).value()))
                                .live(10),
                        "network_to_upstream proved"));
    }

    private static PlayedSession closedByUpstream(double second) {
        return new PlayedSession().asks(1, 10).answers(1.1, 90).but(p -> {
            p.upstream.peerFin = mark(second);
            p.client.localFin = mark(second);
        });
    }

    private static PlayedSession lost(PlayedSession played, double second, long bytes) {
        return played.asks(second, bytes).but(p -> {
            p.upstream.bytesAcknowledged = Fact.kernel(10L);
            p.upstream.bytesSentAfterPeerFin = Fact.socket(bytes);
            p.upstream.peerRst = rst(second + 0.01, true, 60);
        });
    }

    static Stream<RuleCase> stale() {
        return Stream.of(
                row(
                        "a request long after the FIN",
                        STALE,
                        lost(closedByUpstream(4), 11, 500).over(12),
                        "configuration likely"),
                row(
                        "an upload that goes on",
                        STALE,
                        lost(closedByUpstream(1.2), 1.5, 500).over(12),
                        NONE),
                row("a short one", STALE, lost(closedByUpstream(4), 11, 14).over(12), "configuration likely"),
                row(
                        "the same is no race",
                        REUSED,
                        lost(closedByUpstream(4), 11, 500).over(12),
                        NONE),
                row(
                        "a goodbye at once",
                        STALE,
                        lost(closedByUpstream(4), 4.3, 31).over(5),
                        NONE),
                row(
                        "a goodbye before the client's own FIN",
                        STALE,
                        lost(closedByUpstream(4), 11, 31)
                                .but(p -> p.client.peerFin = mark(11.001))
                                .over(12),
                        NONE),
                row(
                        "crossed after an idle time",
                        REUSED,
                        lost(closedByUpstream(9), 9.05, 500).over(12),
                        "configuration likely"),
                row(
                        "crossed without one",
                        REUSED,
                        lost(closedByUpstream(1.5), 1.55, 500).over(12),
                        NONE));
    }

    static Stream<RuleCase> unexplained() {
        return Stream.of(
                row(
                        "clean",
                        UNEXPLAINED,
                        new PlayedSession().asks(1, 10).answers(1.1, 9).over(5),
                        NONE),
                row(
                        "reset by the client",
                        UNEXPLAINED,
                        new PlayedSession()
                                .asks(1, 10)
                                .answers(1.1, 9)
                                .but(p -> p.client.peerRst = rst(2, true, 60))
                                .over(5),
                        "nobody possible"),
                row(
                        "ended by an error",
                        UNEXPLAINED,
                        new PlayedSession()
                                .asks(1, 10)
                                .answers(1.1, 9)
                                .but(p -> p.upstream.errno = Fact.socket(Errno.ECONNRESET))
                                .over(5),
                        "nobody possible"),
                row("a request without an answer", UNEXPLAINED, asked().over(9), "nobody possible"));
    }

    static Stream<RuleCase> overflow() {
        return Stream.of(
                row(
                        "reset before it took a byte",
                        OVERFLOW,
                        new PlayedSession()
                                .asks(1, 18)
                                .but(p -> {
                                    p.upstream.bytesAcknowledged = Fact.kernel(0L);
                                    p.upstream.peerRst = rst(1.1, true, 60);
                                })
                                .over(2),
                        "upstream_side possible"),
                row(
                        "reset after it took some",
                        OVERFLOW,
                        new PlayedSession()
                                .asks(1, 18)
                                .but(p -> p.upstream.peerRst = rst(1.1, true, 60))
                                .over(2),
                        NONE));
    }

    private static PlayedSession gone(String icmp) {
        return asked().but(p -> {
            p.upstream.unackedSince = Fact.kernel(at(5).value());
            p.upstream.unackedSegments = Fact.kernel(2L);
            p.upstream.backoffs = Fact.kernel(4L);
            p.upstream.bytesAcknowledged = Fact.kernel(10L);
            p.upstream.lastHeardAt = Fact.kernel(at(1.1).value());
            if (!icmp.isEmpty()) {
                p.upstream.lastIcmp = Fact.wire(icmp);
            }
        });
    }

    static Stream<RuleCase> icmp() {
        return Stream.of(
                row("nothing is heard", VANISHED, gone("").live(30), "upstream_side possible"),
                row(
                        "a router says why",
                        VANISHED,
                        gone("network_unreachable from 10.9.9.9").live(30),
                        "network_to_upstream proved"),
                row(
                        "a router cannot reach the host",
                        VANISHED,
                        gone("host_unreachable from 10.9.9.9").live(30),
                        "upstream_side possible"));
    }
}
