package dev.finspect.session.explain;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.diagnose.catalogue.Catalogue;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.record.Attempt;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.join.KeptCapture;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A session explained.
 *
 * @param parties who takes part
 * @param findings those that hang first, the longest before the others; then what was found at the end, and what has gone
 */
public record Explanation(String id, Parties parties, List<Explained> findings, Ladder ladder) {
    /** Sessions that hang before others, the longest first. */
    public static final Comparator<Explanation> WORST_FIRST = Comparator.comparing((Explanation each) -> !each.hangs())
            .thenComparingLong(each -> each.findings.isEmpty()
                    ? Long.MAX_VALUE
                    : each.findings.get(0).finding().sinceEpochNanos())
            .thenComparing(Explanation::id);

    /**
     * Explains a record.
     *
     * @param kept headers of its segments; empty when none are kept
     */
    public static Explanation of(SessionRecord record, List<KeptCapture> kept) {
        Parties parties = parties(record);
        Diagnosed diagnosed = record.diagnosed();
        List<Explained> findings = (diagnosed == null ? List.<SessionFinding>of() : diagnosed.findings())
                .stream()
                        .sorted(Comparator.comparing((SessionFinding each) -> !each.hangs())
                                .thenComparing(each -> each.untilEpochNanos() != null)
                                .thenComparingLong(each -> each.finding().sinceEpochNanos()))
                        .map(each -> explained(each, parties))
                        .toList();
        return new Explanation(record.identity().id(), parties, findings, Ladder.of(record, kept));
    }

    /** Whether something hangs now and a party is to blame. */
    public boolean hangs() {
        return !findings.isEmpty() && findings.get(0).hangs();
    }

    /** Ids of what hangs, or was found at the end. */
    public Stream<String> standing() {
        return findings.stream()
                .filter(each -> each.untilEpochNanos() == null)
                .map(each -> each.finding().id().label());
    }

    private static Explained explained(SessionFinding found, Parties parties) {
        Finding finding = found.finding();
        FindingKind kind = Catalogue.kindOf(finding);
        return new Explained(
                finding,
                found.hangs(),
                found.untilEpochNanos(),
                kind.sentence(finding, parties),
                kind.contradictions(finding),
                kind.commands(finding, parties, null));
    }

    private static Parties parties(SessionRecord record) {
        SessionIdentity identity = record.identity();
        InetSocketAddress upstream = record.upstream().peer();
        List<Attempt> attempts = record.upstream().endedAttempts();
        if (upstream == null && !attempts.isEmpty()) {
            upstream = attempts.get(attempts.size() - 1).address();
        }
        return new Parties(
                identity.route(),
                identity.client(),
                identity.accepted(),
                record.upstream().local(),
                record.single() ? identity.accepted() : upstream);
    }
}
