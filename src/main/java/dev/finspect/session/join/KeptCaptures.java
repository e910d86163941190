package dev.finspect.session.join;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The headers of living and of closed sessions by their ids; of the closed ones the oldest make room. Any thread. */
final class KeptCaptures {
    private final Map<String, List<WireLeg>> living = new LinkedHashMap<>();
    private final LinkedHashMap<String, List<WireLeg>> closed = new LinkedHashMap<>();
    private final long closedCapacityBytes;
    private long closedBytes;

    KeptCaptures(long closedCapacityBytes) {
        this.closedCapacityBytes = closedCapacityBytes;
    }

    synchronized void add(String id, WireLeg leg) {
        living.computeIfAbsent(id, unused -> new ArrayList<>(2)).add(leg);
    }

    /** The session is over: what it left stays as long as there is room. */
    synchronized void close(String id) {
        List<WireLeg> legs = living.remove(id);
        if (legs == null) {
            return;
        }
        closed.put(id, legs);
        closedBytes += bytes(legs);
        var oldestFirst = closed.values().iterator();
        while (closedBytes > closedCapacityBytes && oldestFirst.hasNext()) {
            List<WireLeg> oldest = oldestFirst.next();
            closedBytes -= bytes(oldest);
            oldest.forEach(WireLeg::forgetHeaders);
            oldestFirst.remove();
        }
    }

    /** What is kept of the session of this id; empty when there is nothing. */
    synchronized List<KeptCapture> of(String id) {
        List<WireLeg> legs = living.getOrDefault(id, closed.getOrDefault(id, List.of()));
        List<KeptCapture> kept = new ArrayList<>(2);
        for (WireLeg leg : legs) {
            var as = leg.leg();
            List<KeptSegment> segments = leg.kept();
            if (as != null && !segments.isEmpty()) {
                kept.add(new KeptCapture(as, segments, leg.omitted(), leg.dropped()));
            }
        }
        return kept;
    }

    private static long bytes(List<WireLeg> legs) {
        return legs.stream().mapToLong(WireLeg::heldBytes).sum();
    }
}
