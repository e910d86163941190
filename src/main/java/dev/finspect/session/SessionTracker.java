package dev.finspect.session;

import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Folds the events of one session into its record. Confined to the session's event loop; reads no clock.
 *
 * <p>Lean while the session lives: primitives only, no record is built before one is asked for.
 */
public final class SessionTracker {
    private final SessionIdentity identity;
    private final SessionSink sink;
    private final LegTraffic clientTraffic = new LegTraffic();
    private final LegTraffic upstreamTraffic = new LegTraffic();

    /** A session that begins now; its first event must be {@link SessionEvent.Accepted}. */
    public SessionTracker(SessionIdentity identity, SessionSink sink) {
        this.identity = identity;
        this.sink = sink;
    }

    /** What was fixed at the start. */
    public SessionIdentity identity() {
        return identity;
    }

    /** Running counts of a leg, to be written by the relay itself. */
    public LegTraffic traffic(Leg leg) {
        return leg == Leg.CLIENT ? clientTraffic : upstreamTraffic;
    }

    /**
     * Takes the next event and tells the sink. After {@link SessionEvent.Ended} the sink has been given the closed record
     * as well, and nothing more may come.
     */
    public void happened(SessionEvent event) {
        sink.happened(this, event);
    }

    /** The record so far, at {@code nowNanos} of the monotonic clock. */
    public SessionRecord record(long nowNanos) {
        return java.util.Optional.<SessionRecord>empty().orElseThrow(() -> new IllegalStateException("at " + nowNanos));
    }

    /** Time from the accepted connection to {@code atNanos}, null for {@link LegTraffic#NEVER}. */
    @Nullable
    Long sinceStart(long atNanos) {
        return atNanos == LegTraffic.NEVER ? null : atNanos - identity.startNanos();
    }
}
