package dev.finspect.session.explain;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Parties;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in which the same is wrong with the same peer.
 *
 * @param key what they have in common
 * @param sessions in the order in which they were given; not empty
 */
record Cause(Key key, List<Explanation> sessions) {
    /**
     * What sessions of one cause have in common.
     *
     * @param route empty for what was read from a file
     * @param peer the upstream's address and port, or the client's address; empty where it is not known
     * @param tense whether it holds now
     */
    record Key(String route, FindingId id, @Nullable Leg leg, Blame blame, String peer, Tense tense) {}

    /** Sessions by their first finding, in the order of the first of each cause; those without findings are left out. */
    static List<Cause> of(List<Explanation> worstFirst) {
        Map<Key, List<Explanation>> all = new LinkedHashMap<>();
        for (Explanation each : worstFirst) {
            Explained worst = each.worst();
            if (worst != null) {
                all.computeIfAbsent(key(each.parties(), worst), unused -> new ArrayList<>())
                        .add(each);
            }
        }
        return all.entrySet().stream()
                .map(each -> new Cause(each.getKey(), each.getValue()))
                .toList();
    }

    /** The longest that any of them has lasted, nanoseconds. */
    long oldestNanos() {
        long oldest = 0;
        for (Explanation each : sessions) {
            Explained worst = each.worst();
            oldest = worst == null ? oldest : Math.max(oldest, worst.finding().lastedNanos());
        }
        return oldest;
    }

    /** Whether it was found of sessions that had ended, and so lasts no longer. */
    boolean isOfTheEnd() {
        return key.tense() == Tense.AT_END;
    }

    /** The session that comes first. */
    Explanation first() {
        return sessions.get(0);
    }

    private static Key key(Parties parties, Explained worst) {
        Finding finding = worst.finding();
        return new Key(
                parties.route(),
                finding.id(),
                finding.leg(),
                finding.blame(),
                peer(parties, finding.leg()),
                worst.tense());
    }

    private static String peer(Parties parties, @Nullable Leg leg) {
        if (leg == Leg.CLIENT) {
            // Each session of a client has a port of its own.
            return parties.client().getAddress() == null
                    ? ""
                    : IpAddress.of(parties.client().getAddress()).toString();
        }
        InetSocketAddress upstream = parties.upstream();
        return upstream == null ? "" : IpText.endpoint(upstream);
    }
}
