package dev.finspect.session.explain;

import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.finding.AcceptDelayed;
import dev.finspect.diagnose.finding.UnexplainedEnd;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session explained.
 *
 * @param parties who takes part
 * @param findings those that hang first, the longest before the others; then what was found at the end, and what has gone
 * @param outlook one sentence each: how it ended where no finding says so, or what is owed in it that is not reported yet
 * @param flow one sentence each: how long its turns took, and what limited its transfers
 * @param meanwhile what the kernel counted while what is found lasted
 */
public record Explanation(
        String id,
        Parties parties,
        List<Explained> findings,
        List<String> outlook,
        List<String> flow,
        Ladder ladder,
        List<KernelCount> meanwhile)
        implements Ranked {
    /** After the id of a finding of which it is only possible that anything hangs. */
    public static final String POSSIBLE_MARK = "?";

    /** A finding that ended at most so long before the session was so until its end. */
    private static final long SAME_MOMENT_NANOS = 1_000_000;

    /** Sessions that hang before others, the longest first; sessions in which nothing is wrong last. */
    public static final Comparator<Explanation> WORST_FIRST = Ranked.WORST_FIRST::compare;

    /**
     * Explains a record.
     *
     * @param kept headers of its segments; empty when none are kept
     */
    public static Explanation of(SessionRecord record, List<KeptCapture> kept) {
        return of(record, kept, Thresholds.STANDARD);
    }

    /**
     * Explains a record.
     *
     * @param kept headers of its segments; empty when none are kept
     * @param thresholds those of its route, for what is not reported yet
     */
    public static Explanation of(SessionRecord record, List<KeptCapture> kept, Thresholds thresholds) {
        Parties parties = parties(record);
        List<Explained> findings = found(record).stream()
                .map(each -> explained(each, record, parties))
                .sorted(Comparator.comparing(Explained::tense)
                        .thenComparing(each -> !each.accuses())
                        .thenComparingLong(each -> each.finding().sinceEpochNanos()))
                .toList();
        return new Explanation(
                record.identity().id(),
                parties,
                findings,
                outlook(record, findings, thresholds),
                FlowSentences.of(record),
                Ladder.of(record, kept),
                List.of());
    }

    /** The same with what these counts have of the time of what hangs, or was found at the end. */
    public Explanation with(KernelCount.Counts counts) {
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (Explained each : findings) {
            if (each.accuses() && each.tense() != Tense.PAST) {
                from = Math.min(from, each.finding().sinceEpochNanos());
                to = Math.max(to, each.finding().untilEpochNanos());
            }
        }
        return from > to
                ? this
                : new Explanation(id, parties, findings, outlook, flow, ladder, counts.between(from, to));
    }

    /**
     * The same record with what the rules find by other thresholds, in the place of what holds now. What has gone stays. A
     * record that is over stays as it is.
     */
    public static SessionRecord examined(SessionRecord record, Thresholds thresholds) {
        if (record.closed() || record.single()) {
            return record;
        }
        List<SessionFinding> all = new ArrayList<>(found(record));
        all.removeIf(each -> each.untilEpochNanos() == null);
        Snapshot snapshot = new Snapshot(
                record.identity().startEpochNanos() + record.durationNanos(),
                false,
                thresholds,
                record.client(),
                record.upstream(),
                Snapshot.Proxy.RELAYS);
        Diagnosis.of(snapshot).forEach(finding -> all.add(new SessionFinding(finding, null, false)));
        return record.with(Diagnosed.of(all));
    }

    private static List<SessionFinding> found(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        return diagnosed == null ? List.of() : diagnosed.findings();
    }

    private static List<String> outlook(SessionRecord record, List<Explained> findings, Thresholds thresholds) {
        boolean accused = findings.stream().anyMatch(each -> each.tense() != Tense.PAST && each.accuses());
        boolean unexplained = record.single()
                && findings.stream().anyMatch(each -> each.finding().id().equals(UnexplainedEnd.ID));
        if (accused || unexplained) {
            return List.of();
        }
        return record.closed() ? List.of(Ending.of(record, findings.isEmpty())) : Owed.of(record, thresholds);
    }

    /** Whether something hangs now and a party is to blame. */
    public boolean hangs() {
        return findings.stream().anyMatch(Explained::hangs);
    }

    /** Whether the session lives and something is owed in it that is not reported yet. */
    public boolean owes() {
        return !ladder.over() && !outlook.isEmpty();
    }

    /** Ids of what hangs, or was found at the end, each with {@link #POSSIBLE_MARK} where it is only possible that it hangs. */
    public Stream<String> standing() {
        return findings.stream()
                .filter(each -> each.untilEpochNanos() == null)
                .map(Explained::finding)
                .map(each -> each.id().label() + (each.hang() == Confidence.POSSIBLE ? POSSIBLE_MARK : ""));
    }

    /** The finding that comes first; null without any. */
    @Nullable
    Explained worst() {
        return findings.isEmpty() ? null : findings.get(0);
    }

    /** What places it among others. */
    public ExplanationHead head() {
        Explained worst = worst();
        return new ExplanationHead(
                id,
                accuses(),
                tense(),
                sureness(),
                sinceEpochNanos(),
                worst == null ? 0 : worst.finding().lastedNanos(),
                worst == null ? null : Cause.Key.of(parties, worst),
                standing().toList());
    }

    @Override
    public boolean accuses() {
        Explained worst = worst();
        return worst != null && worst.accuses();
    }

    @Override
    public @Nullable Tense tense() {
        Explained worst = worst();
        return worst == null ? null : worst.tense();
    }

    @Override
    public @Nullable Confidence sureness() {
        Explained worst = worst();
        return worst == null || worst.tense() == Tense.HANGS
                ? null
                : worst.finding().confidence();
    }

    @Override
    public long sinceEpochNanos() {
        Explained worst = worst();
        return worst == null ? Long.MAX_VALUE : worst.finding().sinceEpochNanos();
    }

    private static Explained explained(SessionFinding found, SessionRecord record, Parties parties) {
        Finding finding = found.finding();
        FindingKind kind = Catalogue.kindOf(finding);
        return new Explained(
                found,
                tense(found, record),
                kind.sentence(finding, parties),
                kind.contradictions(finding),
                kind.commands(finding, parties, null));
    }

    private static Tense tense(SessionFinding found, SessionRecord record) {
        Long until = found.untilEpochNanos();
        if (until != null) {
            long end = record.identity().startEpochNanos() + record.durationNanos();
            return record.closed() && until >= end - SAME_MOMENT_NANOS ? Tense.UNTIL_END : Tense.PAST;
        }
        if (found.atEnd()) {
            return Tense.AT_END;
        }
        // finspect has accepted: the delay is over, though it is reported until the client has its first byte.
        boolean happened = found.finding().id().equals(AcceptDelayed.ID);
        return happened ? Tense.PAST : found.hangs() ? Tense.HANGS : Tense.HOLDS;
    }

    private static Parties parties(SessionRecord record) {
        if (record.single()) {
            return record.parties();
        }
        SessionIdentity identity = record.identity();
        return new Parties(
                identity.route(),
                identity.client(),
                identity.accepted(),
                record.upstream().local(),
                record.upstreamAddress());
    }
}
