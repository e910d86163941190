package dev.finspect.session.join;

import dev.finspect.session.kept.ClosedCaptures;
import dev.finspect.session.kept.HeaderRings;
import dev.finspect.session.kept.KeptCapture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The headers of living and of closed sessions by their ids. Any thread. */
final class KeptCaptures {
    private final Map<String, List<WireLeg>> living = new LinkedHashMap<>();
    private final ClosedCaptures closed;

    KeptCaptures(long closedCapacityBytes, HeaderRings rings) {
        closed = new ClosedCaptures(closedCapacityBytes, rings);
    }

    synchronized void add(String id, WireLeg leg) {
        living.computeIfAbsent(id, unused -> new ArrayList<>(2)).add(leg);
    }

    /** The session is over, and no segment of it comes any more: what it left stays as long as there is room. */
    synchronized void close(String id, boolean endedInOrder) {
        List<WireLeg> legs = living.remove(id);
        if (legs != null) {
            closed.add(
                    id,
                    legs.stream()
                            .map(WireLeg::lastHeaders)
                            .filter(Objects::nonNull)
                            .toList(),
                    endedInOrder);
        }
    }

    /** No segment of any session comes any more. */
    synchronized void closeAll() {
        List.copyOf(living.keySet()).forEach(id -> close(id, false));
    }

    /** What is kept of the session of this id; empty when there is nothing. */
    synchronized List<KeptCapture> of(String id) {
        List<KeptCapture> kept = new ArrayList<>(2);
        for (WireLeg leg : living.getOrDefault(id, List.of())) {
            KeptCapture soFar = leg.kept();
            if (soFar != null) {
                kept.add(soFar);
            }
        }
        kept.addAll(closed.of(id));
        return kept;
    }
}
