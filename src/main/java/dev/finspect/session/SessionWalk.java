package dev.finspect.session;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A walk through the living sessions, a few at a time, so that none of them waits for it. Sessions may begin and end
 * meanwhile: one that lives from the beginning of the walk to its end is met exactly once. Not for several threads at once.
 */
public interface SessionWalk extends AutoCloseable {
    /**
     * Walks on.
     *
     * @return at most {@code most} sessions, which is positive; none at the end. Completes on an event loop, where nothing
     *     that takes long may follow
     */
    CompletableFuture<List<LivingSession>> next(int most);

    /** Ends the walk. Must be called, at the end of the sessions too. */
    @Override
    void close();
}
