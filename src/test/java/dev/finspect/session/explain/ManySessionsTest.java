package dev.finspect.session.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.AcceptDelayed;
import dev.finspect.diagnose.finding.Idle;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.SampleSession;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several sessions explained together, and in which order and tense findings are told. */
final class ManySessionsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long START = SampleSession.identity("01", "db", 1).startEpochNanos();

    @Test
    void oneCauseIsExplainedOnceWithItsCount() {
        List<Explanation> all = new ArrayList<>();
        for (int i = 10; i < 50; i++) {
            all.add(living("01S" + i, hangs(UpstreamSilent.ID, Leg.UPSTREAM, 60 - i)));
        }
        all.add(living("01READ", hangs(NotReading.CLIENT, Leg.CLIENT, 1)));
        all.sort(Explanation.WORST_FIRST);
        String text = ExplanationText.of(all, each -> each, false, false);
        assertThat(text)
                .startsWith("41 sessions, 2 causes\n\ncount  finding ")
                .contains("\n   40  upstream-silent     upstream  db     127.0.0.1:5432  59 s       01S49\n")
                .contains("\n    1  client-not-reading  client    db     10.0.0.1 ")
                .containsOnlyOnce("session 01S49 on route db")
                .containsOnlyOnce("session 01READ on route db")
                .doesNotContain("session 01S48 ")
                .endsWith("\n39 more of these; 'finspect explain ID' shows one, --all shows every one\n");
        assertThat(ExplanationText.of(all, each -> each, true, false))
                .contains("session 01S10 ", "session 01S48 ")
                .doesNotContain("more of these");
    }

    /** As of a SYN flood, whose addresses are all different. */
    @Test
    void manyClientsWithOneFindingHaveOneLine() {
        List<Explanation> all = new ArrayList<>();
        for (int client = 11; client < 17; client++) {
            all.add(ofClient(client, NotReading.CLIENT, Leg.CLIENT));
        }
        all.sort(Explanation.WORST_FIRST);
        assertThat(ExplanationText.of(all, each -> each, false, false))
                .startsWith("6 sessions, 1 cause\n")
                .contains("\n    6  client-not-reading  client  db     6 clients ");
        assertThat(ExplanationText.of(all.subList(0, 5), each -> each, false, false))
                .startsWith("5 sessions, 5 causes\n");
    }

    private static Explanation ofClient(int client, FindingId id, Leg leg) {
        SessionRecord record =
                SampleSession.closed(SampleSession.identity("01C" + client, "db", client), Outcome.CLEAN, List.of());
        return explained(record, hangs(id, leg, 5));
    }

    @Test
    void atMostThreeCausesAreExplained() {
        List<Explanation> all = new ArrayList<>();
        for (String route : List.of("a", "b", "c", "d")) {
            all.add(explained(SampleSession.living("01" + route, route), hangs(UpstreamSilent.ID, Leg.UPSTREAM, 5)));
        }
        String text = ExplanationText.of(all, each -> each, false, false);
        assertThat(text).contains("4 sessions, 4 causes", "session 01c ").doesNotContain("session 01d ");
    }

    @Test
    void singleSessionNeedsNoTable() {
        List<Explanation> one = List.of(living("01ONE", hangs(UpstreamSilent.ID, Leg.UPSTREAM, 5)));
        assertThat(ExplanationText.of(one, each -> each, false, false))
                .isEqualTo(ExplanationText.of(one.get(0), false));
    }

    @Test
    void sessionsInWhichNothingIsWrongComeLast() {
        Explanation idle = living("01A", finding(Idle.ID, Blame.NOBODY, null, 1));
        Explanation past = living("01B", new SessionFinding(found(UpstreamSilent.ID, 1), START + 2 * SECOND, false));
        Explanation unsure = closed("01C", Confidence.POSSIBLE, 1);
        Explanation sure = closed("01D", Confidence.PROVED, 5);
        Explanation hangs = living("01E", hangs(UpstreamSilent.ID, Leg.UPSTREAM, 9));
        List<Explanation> all = new ArrayList<>(List.of(idle, past, unsure, sure, hangs));
        all.sort(Explanation.WORST_FIRST);
        assertThat(all).extracting(Explanation::id).containsExactly("01E", "01D", "01C", "01B", "01A");
    }

    @Test
    void whatWasTrueForAMomentIsToldBelowWhatHolds() {
        Finding late = Findings.of(
                AcceptDelayed.ID,
                Blame.FINSPECT,
                Confidence.PROVED,
                Leg.CLIENT,
                START,
                List.of(Evidence.of(Clue.ACCEPT_DELAY, Leg.CLIENT, Fact.wire(SECOND))));
        Explanation both =
                living("01A", new SessionFinding(late, null, false), hangs(UpstreamSilent.ID, Leg.UPSTREAM, 2));
        assertThat(both.findings()).extracting(Explained::tense).containsExactly(Tense.HANGS, Tense.PAST);
        Explanation alone = living("01B", new SessionFinding(late, null, false));
        String text = ExplanationText.of(alone, false);
        assertThat(text)
                .contains("\nNothing hangs here.\n")
                .contains("\nWas so from 0.0 s to 1.0 s: finspect accepted ")
                .contains("\n  accept-delayed, proved, blame finspect, is over\n")
                .doesNotContain(", hangs");
        assertThat(text.indexOf("Nothing hangs here.")).isLessThan(text.indexOf("Was so from"));
        assertThat(alone.standing()).as("for scripts").containsExactly("accept-delayed");
    }

    @Test
    void whatWasSoUntilTheEndIsNotOver() {
        SessionRecord closed = SampleSession.closed("01A", "db");
        long end = START + closed.durationNanos();
        Explanation until = explained(closed, new SessionFinding(found(UpstreamSilent.ID, 0), end, false));
        assertThat(until.findings()).extracting(Explained::tense).containsExactly(Tense.UNTIL_END);
        assertThat(until.outlook()).isEmpty();
        assertThat(ExplanationText.of(until, false)).contains(", was so until the end\n");
    }

    @Test
    void whatIsOwedAndNotReportedYetIsListedWhereNothingHangs() {
        Explanation owing = new Explanation(
                "01A",
                living("01A").parties(),
                List.of(),
                List.of("The upstream has owed an answer for 34 s; reported as a hang from 1 min 0 s."),
                List.of(),
                living("01A").ladder(),
                List.of());
        assertThat(ExplanationText.nothingHangs(2, List.of(owing, living("01B"))))
                .startsWith("nothing hangs: 2 sessions live\n\nnot reported yet:\n  01A on route db: The upstream");
        assertThat(ExplanationText.of(owing, false))
                .contains("\nNothing hangs here.\n\nThe upstream has owed an answer for 34 s; reported");
    }

    @Test
    void whatTheKernelCountedIsOfTheTimeOfWhatHangs() {
        KernelCount.Counts counts = (from, to) -> List.of(new KernelCount(
                "ListenOverflows", "handshakes met a full accept queue", TimeUnit.NANOSECONDS.toSeconds(to - from)));
        Explanation hung = living("01A", new SessionFinding(found(UpstreamSilent.ID, 7), null, false))
                .with(counts);
        long lasted =
                TimeUnit.NANOSECONDS.toSeconds(hung.findings().get(0).finding().lastedNanos());
        assertThat(hung.meanwhile()).extracting(KernelCount::count).containsExactly(lasted);
        assertThat(ExplanationText.of(hung, false))
                .contains("\nmeanwhile, of all connections of this host\n  - " + lasted
                        + " handshakes met a full accept queue (ListenOverflows)\n");
        long before = START + 3 * SECOND;
        assertThat(living("01B", new SessionFinding(found(UpstreamSilent.ID, 1), before, false))
                        .with(counts)
                        .meanwhile())
                .as("over")
                .isEmpty();
        assertThat(living("01C").with(counts).meanwhile()).isEmpty();
    }

    private static Explanation living(String id, SessionFinding... findings) {
        return explained(SampleSession.living(id, "db"), findings);
    }

    private static Explanation closed(String id, Confidence confidence, long since) {
        Finding finding = Findings.of(
                UpstreamSilent.ID, Blame.UPSTREAM, confidence, Leg.UPSTREAM, START + since * SECOND, evidence());
        return explained(SampleSession.closed(id, "db"), new SessionFinding(finding, null, true));
    }

    private static Explanation explained(SessionRecord record, SessionFinding... findings) {
        return Explanation.of(record.with(Diagnosed.of(List.of(findings))), List.of());
    }

    private static SessionFinding hangs(FindingId id, Leg leg, long since) {
        return finding(id, Blame.peer(leg), leg, since);
    }

    private static SessionFinding finding(
            FindingId id, Blame blame, @org.jspecify.annotations.Nullable Leg leg, long since) {
        Finding finding = Findings.of(id, blame, Confidence.LIKELY, leg, START + since * SECOND, evidence())
                .seenAt(START + 70 * SECOND, List.of());
        return new SessionFinding(finding, null, false);
    }

    private static Finding found(FindingId id, long since) {
        return Findings.of(id, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, START + since * SECOND, evidence());
    }

    private static List<Evidence> evidence() {
        return List.of(Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(START)));
    }
}
