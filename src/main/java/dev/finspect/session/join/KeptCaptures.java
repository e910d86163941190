package dev.finspect.session.join;

import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers of living and of closed sessions by their ids; of the closed ones the oldest make room. Any thread. */
final class KeptCaptures {
    /** Objects around the bytes of one leg of a closed session, by estimate. */
    private static final int OVERHEAD_BYTES = 256;

    private final Map<String, List<WireLeg>> living = new LinkedHashMap<>();
    private final LinkedHashMap<String, List<Closed>> closed = new LinkedHashMap<>();
    private final long closedCapacityBytes;
    private long closedBytes;

    /**
     * What stays of a leg: nothing but its headers, since far more sessions are kept than live.
     *
     * @param leg null where no session claimed it
     */
    private record Closed(@Nullable Leg leg, HeaderRing headers, long dropped) {}

    KeptCaptures(long closedCapacityBytes) {
        this.closedCapacityBytes = closedCapacityBytes;
    }

    synchronized void add(String id, WireLeg leg) {
        living.computeIfAbsent(id, unused -> new ArrayList<>(2)).add(leg);
    }

    /** The session is over, and no segment of it comes any more: what it left stays as long as there is room. */
    synchronized void close(String id) {
        List<WireLeg> legs = living.remove(id);
        if (legs == null) {
            return;
        }
        List<Closed> left = legs.stream()
                .map(leg -> new Closed(leg.leg(), leg.lastHeaders(), leg.dropped()))
                .toList();
        closed.put(id, left);
        closedBytes += bytes(left);
        var oldestFirst = closed.values().iterator();
        while (closedBytes > closedCapacityBytes && oldestFirst.hasNext()) {
            List<Closed> oldest = oldestFirst.next();
            closedBytes -= bytes(oldest);
            oldest.forEach(leg -> leg.headers().clear());
            oldestFirst.remove();
        }
    }

    /** No segment of any session comes any more. */
    synchronized void closeAll() {
        List.copyOf(living.keySet()).forEach(this::close);
    }

    /** What is kept of the session of this id; empty when there is nothing. */
    synchronized List<KeptCapture> of(String id) {
        List<KeptCapture> kept = new ArrayList<>(2);
        for (WireLeg leg : living.getOrDefault(id, List.of())) {
            add(kept, leg.leg(), leg.kept(), leg.omitted(), leg.dropped());
        }
        for (Closed leg : closed.getOrDefault(id, List.of())) {
            add(kept, leg.leg(), leg.headers().segments(), leg.headers().omitted(), leg.dropped());
        }
        return kept;
    }

    private static void add(
            List<KeptCapture> kept, @Nullable Leg as, List<KeptSegment> segments, long omitted, long dropped) {
        if (as != null && !segments.isEmpty()) {
            kept.add(new KeptCapture(as, segments, omitted, dropped));
        }
    }

    private static long bytes(List<Closed> legs) {
        return legs.stream()
                .mapToLong(leg -> OVERHEAD_BYTES + leg.headers().heldBytes())
                .sum();
    }
}
