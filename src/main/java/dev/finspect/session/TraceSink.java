package dev.finspect.session;

import dev.finspect.wire.trace.TraceEvent;
import org.jspecify.annotations.Nullable;

/**
 * Receives what the kernel's tracing shows. Always called on the trace's own thread, one call after the other: for each look at
 * the trace {@link #lookBegins}, the events, {@link #lookEnds}. An exception ends the trace and nothing else.
 */
public interface TraceSink {
    /** What has happened before this moment is delivered before {@link #lookEnds}. */
    default void lookBegins() {}

    /** An event. Times are monotonic, of {@link System#nanoTime()}; events of different processors come in any order. */
    void event(TraceEvent event);

    /** The kernel had no room for so many events, at least; of which connections is not known. */
    default void lost(long events) {}

    /**
     * All that was there has been delivered.
     *
     * @return nanoseconds after which to look again, unless woken before
     */
    default long lookEnds(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** No more will come: null after a close, else what ended the trace. The last call, exactly once. */
    default void ended(@Nullable String reason) {}
}
