package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import java.time.Duration;

/** Whether a session is live, half-closed or over, as rules need it. Pure. */
public final class SessionPhase {
    private static final long REACTION_NANOS = Duration.ofMillis(200).toNanos();

    private SessionPhase() {}

    /** Whether both legs are established and not broken: only then can a peer owe the next step. */
    public static boolean isLive(Snapshot snapshot) {
        return !snapshot.over()
                && connected(snapshot)
                && !broken(snapshot.client(), snapshot.nowEpochNanos())
                && !broken(snapshot.upstream(), snapshot.nowEpochNanos());
    }

    /** Whether the session is over, both legs were established, and finspect did not end it by itself. */
    public static boolean endedByPeers(Snapshot snapshot) {
        return snapshot.over() && connected(snapshot);
    }

    private static boolean connected(Snapshot snapshot) {
        return snapshot.client().established()
                && snapshot.upstream().established()
                && snapshot.proxy().endedBecause() == null;
    }

    /** Whether finspect does not read from this peer, so that the peer's silence means nothing. */
    public static boolean readingPaused(Snapshot snapshot, LegRecord leg) {
        return leg.data().relay().pausedSince().isKnown() || snapshot.proxy().budgetSpentSince() != null;
    }

    /** Whether neither end has sent a FIN. */
    public static boolean isOpen(LegRecord leg) {
        return !leg.close().peerFin().isKnown() && !leg.close().localFin().isKnown();
    }

    /** Whether what passed first is known: not where nothing but a capture shows the connection, and that began in its middle. */
    public static boolean isKnownFromStart(LegRecord leg) {
        return leg.wire() == null || !leg.wire().mode().passive() || !leg.wire().startMissed();
    }

    /** Whether an ACK would have been seen: a capture of SYN, FIN and RST alone shows none. */
    public static boolean showsAcks(LegRecord leg) {
        return leg.wire() == null || !leg.wire().mode().passive() || leg.wire().acksCaptured();
    }

    private static boolean broken(LegRecord leg, long nowEpochNanos) {
        CloseMark own = leg.close().localRst().orNull();
        CloseMark rst = PeerReset.of(leg);
        return leg.close().errno().isKnown()
                || (rst != null && !PeerReset.isRefused(leg, rst, nowEpochNanos))
                || (own != null && !PeerReset.isOutOfWindow(own));
    }

    /** How soon a peer's kernel or program reacts, nanoseconds: two round trips, and what a busy host adds. */
    public static long reactionNanos(LegRecord leg) {
        Fact<Long> rtt = leg.roundTrip().fact();
        return REACTION_NANOS + (rtt == null ? 0 : 2 * rtt.value());
    }
}
