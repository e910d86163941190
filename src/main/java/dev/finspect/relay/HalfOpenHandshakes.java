package dev.finspect.relay;

import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;

/** Counts the handshakes that are under way, for an orderly end. Any thread. */
@FunctionalInterface
public interface HalfOpenHandshakes {
    /** The result where nobody can count. */
    int UNKNOWN = -1;

    /** Nobody counts. */
    HalfOpenHandshakes NONE = ports -> CompletableFuture.completedFuture(UNKNOWN);

    /**
     * How many clients of these local ports have sent a SYN and not yet acknowledged the answer; those that have been silent
     * for seconds may be left out. {@link #UNKNOWN} where that cannot be found out.
     */
    CompletableFuture<Integer> count(SortedSet<Integer> ports);

    /**
     * Whether there may be more, of which the kernel has no entry: it has sent SYN cookies in the last seconds. Called on loops too.
     */
    default boolean mayBeMore() {
        return false;
    }
}
