package dev.finspect.session.kept;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/** The headers of closed sessions by their ids; the oldest make room. Any thread. */
public final class ClosedCaptures {
    /** Objects around the bytes of one leg, by estimate. */
    private static final int OVERHEAD_BYTES = 256;

    private final LinkedHashMap<String, List<LastHeaders>> closed = new LinkedHashMap<>();
    private final long capacityBytes;
    private final HeaderRings rings;
    private long bytes;

    /**
     * None yet, and at most so many bytes.
     *
     * @param rings takes the rings of what has made room
     */
    public ClosedCaptures(long capacityBytes, HeaderRings rings) {
        this.capacityBytes = capacityBytes;
        this.rings = rings;
    }

    /** Keeps what a session has left, as long as there is room. */
    public synchronized void add(String id, List<LastHeaders> left) {
        if (left.isEmpty()) {
            return;
        }
        List<LastHeaders> before = closed.put(id, left);
        bytes += bytes(left);
        if (before != null) {
            bytes -= bytes(before);
            before.forEach(leg -> rings.giveBack(leg.headers()));
        }
        var oldestFirst = closed.values().iterator();
        while (bytes > capacityBytes && oldestFirst.hasNext()) {
            List<LastHeaders> oldest = oldestFirst.next();
            bytes -= bytes(oldest);
            oldestFirst.remove();
            oldest.forEach(leg -> rings.giveBack(leg.headers()));
        }
    }

    /** What is kept of the session of this id; empty when there is nothing. */
    public synchronized List<KeptCapture> of(String id) {
        return closed.getOrDefault(id, List.of()).stream()
                .map(LastHeaders::kept)
                .filter(Objects::nonNull)
                .toList();
    }

    private static long bytes(List<LastHeaders> legs) {
        return legs.stream()
                .mapToLong(leg -> OVERHEAD_BYTES + leg.headers().heldBytes())
                .sum();
    }
}
