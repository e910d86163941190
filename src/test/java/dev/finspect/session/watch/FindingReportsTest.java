package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.finding.NotReading;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.session.Change;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Leg;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the rules find anew, and no more, is reported in the order in which it came and went. */
final class FindingReportsTest {
    private static final Finding SILENT = finding(UpstreamSilent.ID);
    private static final Finding NOT_READING = finding(NotReading.UPSTREAM);

    private final List<String> reported = new ArrayList<>();
    private final SessionFindings findings = new SessionFindings(identity(), new Transcript());

    @Test
    void eachIsReportedWhenItComesAndWhenItGoes() {
        findings.found(List.of(SILENT, NOT_READING), 1);
        findings.found(List.of(SILENT, NOT_READING), 2);
        findings.found(List.of(NOT_READING), 3);
        findings.clearAll(4);

        assertThat(reported)
                .containsExactly(
                        "1 hung: raised " + UpstreamSilent.ID.label(),
                        "1 session.hung " + UpstreamSilent.ID.label(),
                        "1 hung: raised " + NotReading.UPSTREAM.label(),
                        "1 session.hung " + NotReading.UPSTREAM.label(),
                        "1 hung: worst " + UpstreamSilent.ID.label(),
                        "3 recovered: cleared " + UpstreamSilent.ID.label(),
                        "3 session.recovered " + UpstreamSilent.ID.label(),
                        "3 hung: worst " + NotReading.UPSTREAM.label(),
                        "4 recovered: cleared " + NotReading.UPSTREAM.label(),
                        "4 recovered: worst none");
        assertThat(findings.anyStands()).isFalse();
        assertThat(findings.anyEver()).isTrue();
    }

    @Test
    void whatStandsWhenTheSessionIsLetGoStaysInItsRecord() {
        findings.found(List.of(SILENT), 1);
        reported.clear();
        findings.letGo(2);

        assertThat(reported)
                .containsExactly("2 recovered: cleared " + UpstreamSilent.ID.label(), "2 recovered: worst none");
        assertThat(findings.latest().findings()).containsExactly(new SessionFinding(SILENT, null, false));
    }

    @Test
    void whatStoodUntilTheEndIsNotFoundAtTheEndAgain() {
        findings.found(List.of(SILENT), 1);
        findings.clearAll(2);
        SessionFinding again = new SessionFinding(SILENT, null, true);
        SessionFinding other = new SessionFinding(NOT_READING, null, true);

        assertThat(findings.ended(List.of(again, other), 2).findings())
                .containsExactly(new SessionFinding(SILENT, 2L, false), other);
        assertThat(findings.ended(List.of(again), 3).findings())
                .containsExactly(new SessionFinding(SILENT, 2L, false), again);
    }

    @Test
    void nothingIsReportedWhereNothingIsFound() {
        findings.found(List.of(), 1);
        findings.clearAll(2);
        findings.letGo(3);

        assertThat(reported).isEmpty();
        assertThat(findings.anyEver()).isFalse();
    }

    /** One line for each report. */
    private final class Transcript implements SessionFindings.Reports {
        @Override
        public void happened(SessionEvent event) {
            reported.add(event.atNanos() + " " + label(Change.ofFinding(event)) + ": " + words(event));
        }

        @Override
        public void line(RecordEvent event, Finding finding, long nowNanos) {
            reported.add(nowNanos + " " + event.label() + " " + finding.id().label());
        }
    }

    private static String words(SessionEvent event) {
        if (event instanceof SessionEvent.FindingRaised raised) {
            return "raised " + raised.finding().id().label();
        }
        if (event instanceof SessionEvent.FindingCleared cleared) {
            return "cleared " + cleared.finding().id().label();
        }
        Finding now = ((SessionEvent.WorstFindingChanged) event).now();
        return "worst " + (now == null ? "none" : now.id().label());
    }

    private static String label(@Nullable Change change) {
        return change == null ? "nothing" : change.label();
    }

    private static Finding finding(FindingId id) {
        return Findings.of(id, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, 0, List.of());
    }

    /** Its clock is the wall clock. */
    private static SessionIdentity identity() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new SessionIdentity("0", "r", any, any, any, 0, 0);
    }
}
