package dev.finspect.log.compact;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.record.Outcome;
import dev.finspect.record.Relayed;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;

/** How much a line matters, in OpenTelemetry's words. */
enum Severity {
    /** Nothing is wrong, or no longer. */
    INFO,
    /** A session was reset or refused, a finding blames a party, or something may hang. */
    WARN,
    /** Something hangs, a session timed out or reached no upstream, or bytes were lost. */
    ERROR;

    static Severity of(SessionRecord record) {
        return switch (record.event()) {
            case RECOVERED -> INFO;
            case HUNG, PROGRESS -> ofLiving(record.diagnosed());
            case ATTEMPT_FAILED -> WARN;
            case CLOSED -> ofClosed(record);
        };
    }

    static Severity of(OmittedLines lines) {
        return lines.event() == RecordEvent.RECOVERED ? INFO : ofHang(lines.finding());
    }

    private static Severity ofLiving(@org.jspecify.annotations.Nullable Diagnosed diagnosed) {
        Severity worst = INFO;
        if (diagnosed != null) {
            for (SessionFinding each : diagnosed.findings()) {
                if (each.hangs()) {
                    worst = worse(worst, ofHang(each.finding()));
                }
            }
        }
        return worst;
    }

    private static Severity ofHang(Finding finding) {
        return finding.hang() == Confidence.POSSIBLE ? WARN : ERROR;
    }

    private static Severity ofClosed(SessionRecord record) {
        Outcome outcome = record.outcome();
        if (outcome == Outcome.TIMED_OUT
                || outcome == Outcome.CONNECT_FAILED
                || record.close().relaying().relayed() == Relayed.DATA_LOST) {
            return ERROR;
        }
        Diagnosed diagnosed = record.diagnosed();
        return outcome == Outcome.CLEAN && (diagnosed == null || !diagnosed.blamed()) ? INFO : WARN;
    }

    private static Severity worse(Severity one, Severity other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
