package dev.finspect.diagnose;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session at one moment, as rules need it.
 *
 * @param nowEpochNanos the moment, wall clock, nanoseconds since the Unix epoch; the end of a session that is over
 * @param over whether the session has ended: then nothing hangs any more, and what counts is how it ended
 * @param client the leg to the client
 * @param upstream the leg to the service; {@link LegSnapshot#established()} is false before it is connected
 * @param tries attempts to reach an upstream, in order; the last may still be going on
 * @param proxy what finspect itself does to the session
 */
public record Snapshot(
        long nowEpochNanos,
        boolean over,
        Thresholds thresholds,
        LegSnapshot client,
        LegSnapshot upstream,
        List<ConnectTry> tries,
        Proxy proxy) {
    /** The leg of this name. */
    public LegSnapshot leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** Nanoseconds from this moment to the snapshot's; 0 for one that lies after it. */
    public long nanosSince(long atEpochNanos) {
        return Math.max(0, nowEpochNanos - atEpochNanos);
    }

    /**
     * What finspect does by itself.
     *
     * @param endedBecause label of the reason for which finspect ended the session; null when it did not
     * @param budgetSpentSince since when it does not read from a peer because all sessions together hold as much as they may;
     *     null when they do not
     * @param drainingSince since when it lets sessions run out; null when it does not
     * @param closePolicy label of the route's close policy; null for the faithful one
     */
    public record Proxy(
            @Nullable Fact<String> endedBecause,
            @Nullable Fact<Long> budgetSpentSince,
            @Nullable Fact<Long> drainingSince,
            @Nullable Fact<String> closePolicy) {
        /** It only relays. */
        public static final Proxy RELAYS = new Proxy(null, null, null, null);
    }
}
