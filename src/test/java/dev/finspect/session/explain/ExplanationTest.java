package dev.finspect.session.explain;

import static dev.finspect.session.explain.SampleSegment.segment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.finding.ClientSilent;
import dev.finspect.diagnose.finding.NetworkLoss;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.KeptSegment;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Explanations, and ladders as they are drawn. */
final class ExplanationTest {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private final SessionRecord record = SampleSession.closed("01SAMPLE", "db");
    private final long start = record.identity().startEpochNanos();

    @Test
    void recordsLadderMarksWhatSocketsAlone() {
        Ladder ladder = new Ladder(
                start,
                List.of(
                        rung(0, Leg.CLIENT, Rung.What.SYN, false, "SYN isn 1", Source.WIRE),
                        rung(40 * MICRO, Leg.CLIENT, Rung.What.SYN_ACK, true, "SYN-ACK isn 2 x3", Source.WIRE),
                        rung(90 * MICRO, Leg.UPSTREAM, Rung.What.SYN, true, "SYN", Source.SOCKET),
                        new Ladder.Break(1_900 * MILLI, Passed.NOTHING, Passed.NOTHING),
                        rung(2 * SECOND, Leg.UPSTREAM, Rung.What.FIN, false, "FIN", Source.KERNEL)
                                .numbered(1),
                        new Ladder.Omission(7, 3 * SECOND),
                        new Ladder.Break(
                                60 * SECOND,
                                new Passed(Passed.Kind.NO_BYTES, 3, 0),
                                new Passed(Passed.Kind.NOT_KEPT, 225, 44_000_000)),
                        new Ladder.Break(MICRO, new Passed(Passed.Kind.UP_TO, 0, 720), Passed.NO_BYTES),
                        rung(62 * SECOND, Leg.UPSTREAM, Rung.What.FAILED, false, "timed out", Source.SOCKET)),
                start + 62 * SECOND,
                false,
                false);
        assertThat(LadderText.lines(ladder))
                .containsExactly(
                        "          client                        finspect                    upstream",
                        "  0.000000 |---------- SYN isn 1 ---------->|                                |",
                        "  0.000040 |<------ SYN-ACK isn 2 x3 -------|                                |",
                        "  0.000090 |                                |............. SYN .............>|",
                        "           ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~  1.9 s nothing ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~",
                        "  2.000000 |                                |<........... (1) FIN ...........|",
                        "           ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ 7 more in 3.0 s ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~ ~",
                        "+1 min 0 s |~ ~ 3 seg. without new bytes ~ ~|~  225 seg. not kept, 44.0MB ~ ~|",
                        "           |~ ~ ~ ~ ~  up to 720B ~ ~ ~ ~ ~ |~ ~ ~ ~ ~ no new bytes ~ ~ ~ ~ ~|",
                        " 62.000000 |                                |.......... timed out ...........|",
                        " 62.000000  now",
                        "           ---> captured  ...> known by sockets alone  seconds from the start",
                        "           up to: counted for the whole connection, not segment by segment");
        assertThat(LadderText.lines(ladder))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void capturedConnectionHasTwoLinesAndLongTimesFewerDigits() {
        Ladder ladder = new Ladder(
                start,
                List.of(
                        rung(0, Leg.CLIENT, Rung.What.DATA, true, "x".repeat(60), Source.WIRE),
                        new Ladder.Break(200_000 * SECOND, Passed.NOTHING, null),
                        rung(200_000 * SECOND, Leg.CLIENT, Rung.What.RST, true, "RST", Source.WIRE)
                                .numbered(1)),
                start + 200_000 * SECOND,
                true,
                true);
        assertThat(LadderText.lines(ladder))
                .containsExactly(
                        "        originator                       responder",
                        "  0.000000 |<- xxxxxxxxxxxxxxxxxxxxxxxxxx --|",
                        "           ~ ~ ~ ~  2 d 7 h nothing ~ ~ ~ ~ ~",
                        "  200000.0 |<----------- (1) RST -----------|",
                        "  200000.0  ended",
                        "           ---> captured  seconds from the start");
        Ladder nothing = new Ladder(start, List.of(), start, true, true);
        assertThat(LadderText.lines(nothing)).containsExactly("  nothing is known of any segment");
    }

    @Test
    void recordTellsBothLegsWithTheirClosesNumberedAcrossThem() {
        Explanation explanation = Explanation.of(record, List.of());
        assertThat(explanation.hangs()).isFalse();
        assertThat(explanation.ladder().over()).isTrue();
        assertThat(explanation.ladder().rungs())
                .isSortedAccordingTo(Rung.ORDER)
                .allSatisfy(rung -> assertThat(rung.atEpochNanos()).isGreaterThanOrEqualTo(start));
        List<Rung> closes = explanation.ladder().rungs().stream()
                .filter(rung -> rung.closing() > 0)
                .toList();
        for (int i = 0; i < closes.size(); i++) {
            assertThat(closes.get(i).label()).startsWith("(" + (i + 1) + ") ");
        }
        assertThat(ExplanationText.of(explanation, false))
                .startsWith("session 01SAMPLE on route db\n")
                .contains("It ended, and nothing was wrong.");
    }

    @Test
    void keptSegmentsAreFoldedIntoBurstsAndRepeatsAreNotCountedAgain() {
        InetSocketAddress client =
                java.util.Objects.requireNonNull(record.client().peer());
        InetSocketAddress local =
                java.util.Objects.requireNonNull(record.client().local());
        List<KeptSegment> segments = List.of(
                segment(0, client, local, TcpFlags.SYN, 100, 0),
                segment(1, client, local, TcpFlags.SYN, 100, 0),
                segment(2, local, client, TcpFlags.SYN | TcpFlags.ACK, 200, 0),
                segment(3, client, local, TcpFlags.ACK, 101, 0),
                segment(4, client, local, TcpFlags.ACK | TcpFlags.PSH, 101, 700),
                segment(5, client, local, TcpFlags.ACK | TcpFlags.PSH, 801, 300),
                segment(6, local, client, TcpFlags.ACK, 201, 0),
                segment(7, local, client, TcpFlags.ACK | TcpFlags.PSH, 201, 10),
                segment(400, local, client, TcpFlags.ACK | TcpFlags.PSH, 211, 10),
                segment(401, client, local, TcpFlags.ACK | TcpFlags.FIN, 1101, 0),
                segment(601, client, local, TcpFlags.ACK | TcpFlags.FIN, 1101, 0),
                segment(602, local, client, TcpFlags.ACK | TcpFlags.FIN, 221, 5),
                segment(603, client, local, TcpFlags.RST, 1102, 0),
                segment(604, local, client, TcpFlags.ACK | TcpFlags.PSH, 221, 5));
        Ladder ladder = Ladder.of(record, List.of(new KeptCapture(Leg.CLIENT, segments, 0, 0)));
        assertThat(ladder.rungs().stream().filter(rung -> rung.leg() == Leg.CLIENT))
                .extracting(rung -> (rung.towardsPeer() ? "<" : ">") + rung.label())
                .containsExactly(
                        ">SYN isn 100",
                        ">SYN isn 100 again",
                        "<SYN-ACK isn 200",
                        ">ACK",
                        ">1.0kB in 2 seg.",
                        "<10B",
                        "<10B",
                        ">(1) FIN",
                        ">FIN again",
                        "<(2) FIN + 5B",
                        ">(3) RST",
                        "<5B");
        KeptCapture unknown = new KeptCapture(
                Leg.CLIENT, List.of(new KeptSegment(start, 0, TcpSegment.Direction.OUTGOING, 20, new byte[20])), 0, 0);
        assertThat(Ladder.of(record, List.of(unknown)).rungs())
                .isEqualTo(Ladder.of(record, List.of()).rungs());
        assertThat(Ladder.of(SampleSession.living("01L", "db"), List.of()).over())
                .isFalse();
    }

    @Test
    void bytesThatNoCaptureSeesAreToldByTheSocket() {
        Rung told = rung(0, Leg.CLIENT, Rung.What.DATA, true, "1kB", Source.SOCKET);
        Rung opened = rung(0, Leg.CLIENT, Rung.What.OPENED, false, "accept()", Source.SOCKET);
        Rung syn = rung(0, Leg.CLIENT, Rung.What.SYN, false, "SYN", Source.WIRE);
        assertThat(told.isShownBy(syn)).isFalse();
        assertThat(told.isShownBy(rung(0, Leg.CLIENT, Rung.What.DATA, false, "9B", Source.WIRE)))
                .isTrue();
        assertThat(opened.isShownBy(syn)).isTrue();
        Rung fin = rung(0, Leg.CLIENT, Rung.What.FIN, true, "FIN", Source.SOCKET);
        assertThat(fin.isShownBy(syn)).as("the capture may have missed it").isFalse();
        assertThat(fin.isShownBy(rung(0, Leg.CLIENT, Rung.What.FIN, false, "FIN", Source.WIRE)))
                .as("of the other end")
                .isFalse();
        assertThat(fin.isShownBy(rung(0, Leg.CLIENT, Rung.What.FIN, true, "FIN", Source.WIRE)))
                .isTrue();
        assertThat(opened.isShownBy(rung(0, Leg.UPSTREAM, Rung.What.SYN, true, "SYN", Source.WIRE)))
                .isFalse();
    }

    @Test
    void middleOfALongLadderIsLeftOutAndCounted() {
        InetSocketAddress client =
                java.util.Objects.requireNonNull(record.client().peer());
        InetSocketAddress local =
                java.util.Objects.requireNonNull(record.client().local());
        List<KeptSegment> segments = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            segments.add(segment(300L * i, client, local, TcpFlags.ACK | TcpFlags.PSH, 100 + i, 1));
        }
        Ladder ladder = Ladder.of(record, List.of(new KeptCapture(Leg.CLIENT, segments, 0, 0)));
        assertThat(ladder.rungs()).hasSize(40);
        long told = Ladder.of(record, List.of()).rungs().stream()
                .filter(rung ->
                        rung.leg() == Leg.UPSTREAM || rung.what() == Rung.What.SYN || rung.what() == Rung.What.SYN_ACK)
                .count();
        assertThat(ladder.omitted()).isEqualTo(20 + (int) told);
        assertThat(LadderText.lines(ladder)).anyMatch(line -> line.contains(" " + (20 + told) + " more "));
    }

    @Test
    void longestHungComesFirstAndItsEvidenceIsATable() {
        Finding recent = finding(NotReading.UPSTREAM, start + 5 * SECOND);
        Finding old = finding(UpstreamSilent.ID, start + 2 * SECOND);
        Finding gone = finding(NetworkLoss.ID, start + SECOND);
        Explanation explanation = explained(
                "01HUNG",
                new SessionFinding(gone, start + 2 * SECOND, false),
                new SessionFinding(recent, null, false),
                new SessionFinding(old, null, false));
        assertThat(explanation.hangs()).isTrue();
        assertThat(explanation.findings())
                .extracting(each -> each.finding().id())
                .containsExactly(UpstreamSilent.ID, NotReading.UPSTREAM, NetworkLoss.ID);
        assertThat(explanation.standing()).containsExactly("upstream-silent", "upstream-not-reading");
        String sentence = Catalogue.kindOf(old).sentence(old, explanation.parties());
        assertThat(explanation.findings().get(0).sentence()).isEqualTo(sentence);
        String text = ExplanationText.of(explanation, false);
        assertThat(text.replaceAll("\\s+", " ")).contains(sentence.replaceAll("\\s+", " "));
        assertThat(text)
                .contains("\n  upstream-silent, likely, blame upstream, hangs; explains client-silent\n")
                .contains("\nWas so from 1.0 s to 2.0 s: ")
                .contains("\n  network-loss, likely, blame upstream, is over")
                .contains("\n        time  source    fact\n")
                .contains("\n    2.000000  socket    upstream leg: last bytes sent\n")
                .contains("\n              kernel    upstream leg: owned by: postgres\n");
        assertThat(ExplanationText.of(explanation, true)).contains("\033[1;31m");

        Explanation younger = explained("01YOUNG", new SessionFinding(recent, null, false));
        Explanation ended = explained("01ENDED", new SessionFinding(old, null, true));
        Explanation calm = Explanation.of(record, List.of());
        List<Explanation> all = new ArrayList<>(List.of(calm, ended, younger, explanation));
        all.sort(Explanation.WORST_FIRST);
        assertThat(all).containsExactly(explanation, younger, ended, calm);
        assertThat(ExplanationText.of(ended, false)).contains("found at the end");
        Collections.reverse(all);
        assertThat(all.get(0)).isEqualTo(calm);
    }

    @Test
    void amountsAreWrittenInTheirUnits() {
        assertThat(ExplanationText.fact(new Evidence(Clue.ACCEPT_DELAY, null, Source.KERNEL, 0, 1_500 * MILLI, null)))
                .endsWith(": 1.5 s");
        assertThat(ExplanationText.fact(new Evidence(Clue.SYNS, null, Source.WIRE, 0, 3, null)))
                .isEqualTo("SYNs sent: 3");
        assertThat(ExplanationText.nothingHangs(1, List.of())).isEqualTo("nothing hangs: 1 session lives\n");
        assertThat(ExplanationText.nothingHangs(0, List.of())).isEqualTo("nothing hangs: 0 sessions live\n");
        String probed = ExplanationText.of(List.of(
                new PeerProbe(Leg.CLIENT, PeerProbe.Verdict.HOST_ALIVE, 1, "It answered."),
                new PeerProbe(
                        Leg.UPSTREAM,
                        PeerProbe.Verdict.HOST_SILENT,
                        1,
                        "word ".repeat(20).strip())));
        assertThat(probed).startsWith("client    host_alive   It answered.\nupstream  host_silent  word word");
        assertThat(probed.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    private Explanation explained(String id, SessionFinding... findings) {
        boolean over = List.of(findings).stream().anyMatch(SessionFinding::atEnd);
        SessionRecord of = over ? SampleSession.closed(id, "db") : SampleSession.living(id, "db");
        return Explanation.of(of.with(Diagnosed.of(List.of(findings))), List.of());
    }

    private static Finding finding(FindingId id, long since) {
        return Findings.of(
                        id,
                        Blame.UPSTREAM,
                        Confidence.LIKELY,
                        Leg.UPSTREAM,
                        since,
                        List.of(
                                Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(since)),
                                Evidence.word(Clue.PEER_PROGRAM, Leg.UPSTREAM, Fact.kernel("postgres"))))
                .seenAt(since + SECOND, List.of(ClientSilent.ID));
    }

    private Rung rung(long after, Leg leg, Rung.What what, boolean towardsPeer, String words, Source source) {
        return Rung.at(start + after, leg, what, towardsPeer, words, source);
    }
}
