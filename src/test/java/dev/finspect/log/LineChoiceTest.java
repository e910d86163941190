package dev.finspect.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.ConnectRefused;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.filter.RecordFilter;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rule of the log says which records have a line, and no reader is left with a hang that is over. */
final class LineChoiceTest {
    private static final SessionRecord CLEAN = SampleRecords.clean("01", "db");
    private static final SessionRecord TROUBLED = SampleRecords.troubled("02");

    @Test
    void withoutARuleEveryRecordHasALine() {
        LineChoice choice = new LineChoice(LineRule.ALL);
        assertThat(choice.linesFor(CLEAN)).isEqualTo(1);
        assertThat(choice.linesFor(SampleRecords.living("03"))).isEqualTo(1);
        assertThat(choice.has(SampleRecords.omitted(RecordEvent.HUNG, "01"))).isTrue();
    }

    @Test
    void onlyWhatTheRuleChoosesHasALine() {
        LineChoice choice = only("not clean or duration>10m", 0);
        assertThat(choice.linesFor(CLEAN)).isZero();
        assertThat(choice.linesFor(TROUBLED)).isEqualTo(1);
        assertThat(choice.linesFor(SampleRecords.living("03"))).isZero();

        choice.follow(LineRule.ALL);
        assertThat(choice.linesFor(CLEAN)).isEqualTo(1);
    }

    @Test
    void ofTheOtherEndsOneInSoManyHasALineThatStandsForThem() {
        LineChoice choice = only("not clean", 10);
        List<Integer> lines = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            lines.add(choice.linesFor(CLEAN));
            assertThat(choice.linesFor(TROUBLED)).isEqualTo(1);
            assertThat(choice.linesFor(SampleRecords.living("03")))
                    .as("only an end stands for others")
                    .isZero();
        }
        assertThat(lines.stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
        assertThat(lines.stream().filter(n -> n == 10)).hasSize(3);
        assertThat(lines.stream().filter(n -> n != 0 && n != 10)).isEmpty();
    }

    /** The filter holds while it hangs, and no longer when it has recovered. */
    @Test
    void whoWasToldOfAHangIsToldOfItsEnd() {
        LineChoice choice = only("hung", 0);
        Finding silent = finding(UpstreamSilent.ID, Blame.UPSTREAM);
        SessionFinding past = new SessionFinding(silent, 5L, false);
        SessionRecord recovered = living(RecordEvent.RECOVERED, past, past);
        SessionRecord ended = CLEAN.with(Diagnosed.of(List.of(past)));
        assertThat(choice.linesFor(recovered)).as("nobody was told").isZero();
        assertThat(choice.linesFor(ended)).isZero();
        assertThat(choice.has(SampleRecords.omitted(RecordEvent.HUNG, "04"))).isFalse();

        SessionFinding now = new SessionFinding(silent, null, false);
        assertThat(choice.linesFor(living(RecordEvent.HUNG, now, now))).isEqualTo(1);
        assertThat(choice.has(SampleRecords.omitted(RecordEvent.HUNG, "04"))).isTrue();
        assertThat(choice.linesFor(recovered)).isEqualTo(1);
        assertThat(choice.linesFor(ended)).isEqualTo(1);
        assertThat(choice.linesFor(CLEAN)).isZero();
        assertThat(choice.linesFor(CLEAN.with(new Diagnosed(null, List.of(), 1, 0))))
                .as("it may have been among the findings that are not kept")
                .isEqualTo(1);

        SessionFinding other = new SessionFinding(finding(ConnectRefused.ID, Blame.UPSTREAM), 5L, false);
        assertThat(choice.linesFor(living(RecordEvent.RECOVERED, other, null))).isZero();
        SessionFinding nobody = new SessionFinding(finding(UpstreamSilent.ID, Blame.NOBODY), 5L, false);
        assertThat(choice.linesFor(CLEAN.with(Diagnosed.of(List.of(nobody))))).isZero();
        assertThat(choice.linesFor(living(RecordEvent.RECOVERED, past, null)))
                .as("it is only what the line is about")
                .isEqualTo(1);
    }

    /** A reload may set a filter while something hangs. */
    @Test
    void whoWasToldOfAHangBeforeThereWasARuleIsToldOfItsEnd() {
        LineChoice choice = new LineChoice(LineRule.ALL);
        Finding silent = finding(UpstreamSilent.ID, Blame.UPSTREAM);
        SessionFinding now = new SessionFinding(silent, null, false);
        assertThat(choice.linesFor(living(RecordEvent.HUNG, now, now))).isEqualTo(1);

        choice.follow(rule("hung", 0));
        SessionFinding past = new SessionFinding(silent, 5L, false);
        assertThat(choice.linesFor(living(RecordEvent.RECOVERED, past, past))).isEqualTo(1);
        assertThat(choice.linesFor(CLEAN.with(Diagnosed.of(List.of(past))))).isEqualTo(1);
        assertThat(choice.linesFor(CLEAN)).isZero();
    }

    private static LineChoice only(String filter, int oneIn) {
        return new LineChoice(rule(filter, oneIn));
    }

    private static LineRule rule(String filter, int oneIn) {
        try {
            return new LineRule(RecordFilter.of(filter), oneIn);
        } catch (RecordFilter.Misunderstood e) {
            throw new AssertionError(e);
        }
    }

    private static Finding finding(FindingId id, Blame blame) {
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(1L));
        return Findings.of(id, blame, Confidence.PROVED, Leg.UPSTREAM, 1, List.of(evidence));
    }

    private static SessionRecord living(RecordEvent event, SessionFinding about, @Nullable SessionFinding among) {
        SessionRecord r = SampleRecords.living("03");
        Diagnosed diagnosed = new Diagnosed(about, among == null ? List.of() : List.of(among), 0, 0);
        return new SessionRecord(
                event,
                r.identity(),
                r.durationNanos(),
                r.result(),
                r.client(),
                r.upstream(),
                r.close(),
                diagnosed,
                r.proxyHeaders());
    }
}
