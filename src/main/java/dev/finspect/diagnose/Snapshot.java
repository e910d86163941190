package dev.finspect.diagnose;

import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session at one moment, as rules need it.
 *
 * <p>A connection that finspect is not in, as the kernel's tables show it, is filled in likewise: what is sent to a peer is by the
 * other end's socket, and only the ends that are on this host are known.
 *
 * <p>A single captured connection, without a proxy in it, is filled in as if a proxy that takes no time stood where it was
 * captured: the client leg's peer is the originator, the upstream leg's the responder, and each segment counts on both legs,
 * as received on its sender's and as sent on the other. So the originator's bytes are received on the client leg and sent on
 * the upstream leg, and what the responder has not acknowledged of them is unacknowledged on the upstream leg; the
 * originator's FIN is {@code peerFin} of the client leg and {@code localFin} of the upstream leg, its RST likewise; both are
 * established by the handshake's last ACK. Time to live and window belong to the peer that sent them. What only a socket
 * shows (unsent bytes, paused reading, errors) stays null. The moment is that of the capture's last packet, whosever it is,
 * since a connection that hangs has none itself.
 *
 * @param nowEpochNanos the moment, wall clock, nanoseconds since the Unix epoch; the end of a session that is over
 * @param over whether the session has ended: then nothing hangs any more, and what counts is how it ended
 * @param client the leg to the client
 * @param upstream the leg to the service, with the attempts to reach it; {@link LegRecord#established()} is false before it is connected
 * @param proxy what finspect itself does to the session
 * @param answers whether the route's clients expect answers
 * @param vantage where finspect stands
 */
public record Snapshot(
        long nowEpochNanos,
        boolean over,
        Thresholds thresholds,
        LegRecord client,
        LegRecord upstream,
        Proxy proxy,
        Expectation answers,
        Vantage vantage) {
    /** Where finspect stands. */
    public enum Vantage {
        /** Between the two legs, or where the capture was taken. */
        IN_PATH,
        /** Beside the connection, whose ends it sees in the kernel's tables alone. */
        BESIDE
    }

    /** A snapshot of a session that finspect relays, or of a capture. */
    public Snapshot(
            long nowEpochNanos,
            boolean over,
            Thresholds thresholds,
            LegRecord client,
            LegRecord upstream,
            Proxy proxy,
            Expectation answers) {
        this(nowEpochNanos, over, thresholds, client, upstream, proxy, answers, Vantage.IN_PATH);
    }

    /** A snapshot of a route whose configuration does not say whether answers are expected. */
    public Snapshot(
            long nowEpochNanos,
            boolean over,
            Thresholds thresholds,
            LegRecord client,
            LegRecord upstream,
            Proxy proxy) {
        this(nowEpochNanos, over, thresholds, client, upstream, proxy, Expectation.LEARN);
    }

    /** The leg of this name. */
    public LegRecord leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** Nanoseconds from this moment to the snapshot's; 0 for one that lies after it. */
    public long nanosSince(long atEpochNanos) {
        return Math.max(0, nowEpochNanos - atEpochNanos);
    }

    /** Whether what began at this moment has lasted for so long. */
    public boolean lasts(long sinceEpochNanos, Duration threshold) {
        return nanosSince(sinceEpochNanos) >= threshold.toNanos();
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
