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
import java.util.HashMap;
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
record Cause(Key key, List<ExplanationHead> sessions) {
    /**
     * What sessions of one cause have in common.
     *
     * @param route empty for what was read from a file
     * @param peer the upstream's address and port, the client's address, or how many clients; empty where it is not known
     * @param tense whether it holds now
     */
    record Key(String route, FindingId id, @Nullable Leg leg, Blame blame, String peer, Tense tense) {
        private Key with(String other) {
            return new Key(route, id, leg, blame, other, tense);
        }

        static Key of(Parties parties, Explained worst) {
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

    /** So many clients with one finding have a line each. */
    private static final int MOST_CLIENTS = 5;

    /** Sessions by their first finding, in the order of the first of each cause; those without findings are left out. */
    static List<Cause> of(List<ExplanationHead> worstFirst) {
        Map<Key, List<ExplanationHead>> all = new LinkedHashMap<>();
        for (ExplanationHead each : worstFirst) {
            Key key = each.cause();
            if (key != null) {
                all.computeIfAbsent(key, unused -> new ArrayList<>()).add(each);
            }
        }
        Map<Key, Integer> clients = new HashMap<>();
        all.keySet().forEach(key -> clients.merge(key.with(""), 1, Integer::sum));
        Map<Key, List<ExplanationHead>> merged = new LinkedHashMap<>();
        all.forEach((key, sessions) -> {
            int alike = key.leg() == Leg.CLIENT ? clients.getOrDefault(key.with(""), 1) : 1;
            merged.computeIfAbsent(
                            alike > MOST_CLIENTS ? key.with(alike + " clients") : key, unused -> new ArrayList<>())
                    .addAll(sessions);
        });
        return merged.entrySet().stream()
                .map(each -> new Cause(each.getKey(), each.getValue()))
                .toList();
    }

    /** The longest that any of them has lasted, nanoseconds. */
    long oldestNanos() {
        long oldest = 0;
        for (ExplanationHead each : sessions) {
            oldest = Math.max(oldest, each.lastedNanos());
        }
        return oldest;
    }

    /** Whether it was found of sessions that had ended, and so lasts no longer. */
    boolean isOfTheEnd() {
        return key.tense() == Tense.AT_END;
    }

    /** The session that comes first. */
    ExplanationHead first() {
        return sessions.get(0);
    }
}
