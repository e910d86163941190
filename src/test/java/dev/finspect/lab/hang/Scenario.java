package dev.finspect.lab.hang;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.FindingId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens between a client and a server, and what finspect must report.
 *
 * @param row the row of the catalogue: what must be found, or what it comes close to
 * @param blame null for one that must blame nobody
 * @param confidence how sure it must be in the end, at least
 * @param alone whether it has hosts and a finspect of its own
 * @param onTheWay what may be found before the row's own thresholds have passed
 * @param late what is as right as the row where the machine takes long between two steps
 * @param thresholds of its route, where they are not the lab's
 * @param route upstreams of its route where there is not just the one, SELF for its own address
 * @param global more of the configuration, as whole lines
 */
record Scenario(
        String name,
        Site.Kind kind,
        boolean alone,
        FindingId row,
        @Nullable Blame blame,
        Confidence confidence,
        Set<FindingId> onTheWay,
        Set<FindingId> late,
        Map<String, String> thresholds,
        String route,
        String global,
        Play play) {
    /**
     * The lab's, scaled down. What a peer's program owes is several times as long as a busy machine keeps a program of the
     * lab waiting between two steps; what a kernel owes can be shorter.
     */
    static final String THRESHOLDS = "{connect: 3s, accept: 6s, silence: 6s, unread: 2s, nobody_speaks: 6s, "
            + "zero_window: 6s, unacknowledged: 2s, vanished: 5s, not_closing: 6s, fin_unacknowledged: 2s, "
            + "idle_before_reset: 2s}";

    /** What happens. */
    interface Play {
        void on(Place place) throws Exception;
    }

    /** One whose finding must be reported, and no other that blames. */
    static Scenario hang(Site.Kind kind, FindingId row, Blame blame, Confidence confidence, String name, Play play) {
        return new Scenario(name, kind, false, row, blame, confidence, Set.of(), Set.of(), Map.of(), "", "", play);
    }

    /** One that comes close to this finding and must blame nobody. */
    static Scenario nearMiss(Site.Kind kind, FindingId row, String name, Play play) {
        return new Scenario(
                name, kind, false, row, null, Confidence.POSSIBLE, Set.of(), Set.of(), Map.of(), "", "", play);
    }

    /** The same with a threshold of its own. */
    Scenario with(String threshold, String value) {
        Map<String, String> more = new TreeMap<>(thresholds);
        more.put(threshold, value);
        return new Scenario(
                name, kind, alone, row, blame, confidence, onTheWay, late, Map.copyOf(more), route, global, play);
    }

    /** The same with these found on the way. */
    Scenario after(FindingId first, FindingId... others) {
        return new Scenario(
                name,
                kind,
                alone,
                row,
                blame,
                confidence,
                onTheWay(first, others),
                late,
                thresholds,
                route,
                global,
                play);
    }

    private static Set<FindingId> onTheWay(FindingId first, FindingId... others) {
        Set<FindingId> all = new HashSet<>(List.of(others));
        all.add(first);
        return Set.copyOf(all);
    }

    /** The same, for which this finding is as right where the machine is slow. */
    Scenario or(FindingId later) {
        return new Scenario(
                name, kind, alone, row, blame, confidence, onTheWay, Set.of(later), thresholds, route, global, play);
    }

    /** The same on hosts of its own. */
    Scenario onItsOwn() {
        return new Scenario(name, kind, true, row, blame, confidence, onTheWay, late, thresholds, route, global, play);
    }

    /** The same with these upstreams. */
    Scenario towards(String upstreams) {
        return new Scenario(
                name, kind, alone, row, blame, confidence, onTheWay, late, thresholds, upstreams, global, play);
    }

    /** The same on hosts of its own with more configuration. */
    Scenario configured(String lines) {
        return new Scenario(name, kind, true, row, blame, confidence, onTheWay, late, thresholds, route, lines, play);
    }

    /** Whether it is this finding that must be reported, or one that is as right. */
    boolean isWanted(String finding) {
        return row.label().equals(finding)
                || late.stream().anyMatch(other -> other.label().equals(finding));
    }

    /** What a test report calls it. */
    String title() {
        return row.label() + (blame == null ? ", near miss: " : ": ") + name + " (" + kind + ")";
    }
}
