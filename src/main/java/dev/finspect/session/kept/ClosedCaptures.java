package dev.finspect.session.kept;

import dev.finspect.session.EndedSession;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The headers of closed sessions by their ids; the oldest make room. Those that ended in order have a quarter of the bytes, so
 * that they do not push out what went wrong. Any thread.
 */
public final class ClosedCaptures {
    private final HeaderRings rings;
    private final long capacityBytes;
    private final Closed inOrder = new Closed();
    private final Closed others = new Closed();

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
    public synchronized void add(String id, List<LastHeaders> left, boolean endedInOrder) {
        if (left.isEmpty()) {
            return;
        }
        inOrder.remove(id);
        others.remove(id);
        (endedInOrder ? inOrder : others).add(id, left);
        inOrder.shrink(capacityBytes / EndedSession.IN_ORDER_PART);
        others.shrink(capacityBytes - inOrder.bytes);
    }

    /** What is kept of the session of this id; empty when there is nothing. */
    public synchronized List<KeptCapture> of(String id) {
        List<LastHeaders> left = inOrder.sessions.getOrDefault(id, others.sessions.getOrDefault(id, List.of()));
        return left.stream().map(LastHeaders::kept).filter(Objects::nonNull).toList();
    }

    /** Those of one kind, the oldest first. */
    private final class Closed {
        /** Objects around the bytes of one leg, by estimate. */
        private static final int OVERHEAD_BYTES = 256;

        private final LinkedHashMap<String, List<LastHeaders>> sessions = new LinkedHashMap<>();
        private long bytes;

        void add(String id, List<LastHeaders> left) {
            sessions.put(id, left);
            bytes += bytes(left);
        }

        void remove(String id) {
            dropped(sessions.remove(id));
        }

        void shrink(long mostBytes) {
            var oldestFirst = sessions.values().iterator();
            while (bytes > mostBytes && oldestFirst.hasNext()) {
                List<LastHeaders> oldest = oldestFirst.next();
                oldestFirst.remove();
                dropped(oldest);
            }
        }

        private void dropped(@Nullable List<LastHeaders> left) {
            if (left != null) {
                bytes -= bytes(left);
                left.forEach(leg -> rings.giveBack(leg.headers()));
            }
        }

        private static long bytes(List<LastHeaders> legs) {
            return legs.stream()
                    .mapToLong(leg -> OVERHEAD_BYTES + leg.headers().heldBytes())
                    .sum();
        }
    }
}
