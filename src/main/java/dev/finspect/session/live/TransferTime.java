package dev.finspect.session.live;

import dev.finspect.record.LegData;
import dev.finspect.tcp.Fact;
import dev.finspect.wire.TcpInfo;

/**
 * Where the time goes in which bytes are to be sent on a leg: adds up, from one reading of tcp_info to the next, what the kernel
 * says of its own sending, how long finspect did not read from the other leg, and how long bytes came from there.
 *
 * <p>The kernel counts how long it had anything unacknowledged, and how much of that the peer's window or the send buffer held
 * back. The rest was the peer's doing as well where its window is found full, as after a loss for which a small receive buffer is to
 * blame; else the network's, but only while more waited to be sent, or something was lost; otherwise the bytes were just on their
 * way. Confined to the loop.
 */
final class TransferTime {
    private static final long NEVER = LegTraffic.NEVER;
    private static final long NANOS_PER_MICRO = 1_000;

    private long readAtNanos;
    private long busyNanos;
    private long peerNanosRead;
    private long bufferNanosRead;
    private long pausedNanos;
    private long sendingNanos;
    private long retransmits;

    private long peerNanos;
    private long networkNanos;
    private long finspectNanos;
    private long sourceNanos;

    /** Nothing was sent before this moment. */
    TransferTime(long begunAtNanos) {
        readAtNanos = begunAtNanos;
    }

    /**
     * Takes a reading.
     *
     * @param sent what was sent on this leg
     * @param full whether the peer's window has no room
     * @param sourcePausedNanos how long the other leg was not read so far, as this one took no more
     */
    void read(TcpInfo info, LegTraffic sent, boolean full, long sourcePausedNanos, long atNanos) {
        count(info, sent, full, sourcePausedNanos, Math.max(0, atNanos - readAtNanos));
        readAtNanos = atNanos;
        busyNanos = info.busyMicros() * NANOS_PER_MICRO;
        peerNanosRead = info.receiverLimitedMicros() * NANOS_PER_MICRO;
        bufferNanosRead = info.sendBufferLimitedMicros() * NANOS_PER_MICRO;
        pausedNanos = sourcePausedNanos;
        sendingNanos = sent.sendingNanos;
        retransmits = info.totalRetransmits();
    }

    private void count(TcpInfo info, LegTraffic sent, boolean full, long sourcePausedNanos, long elapsedNanos) {
        long left = elapsedNanos;
        long busy = since(busyNanos, info.busyMicros() * NANOS_PER_MICRO, left);
        long peer = since(peerNanosRead, info.receiverLimitedMicros() * NANOS_PER_MICRO, left);
        left -= peer;
        long buffer = since(bufferNanosRead, info.sendBufferLimitedMicros() * NANOS_PER_MICRO, left);
        long paused = since(pausedNanos, sourcePausedNanos, elapsedNanos);
        long idle = Math.min(left - buffer, Math.max(0, paused - busy));
        left -= buffer + idle;
        boolean backlog = paused > 0
                || info.notSentBytes() > 0
                || info.lostSegments() > 0
                || info.totalRetransmits() > retransmits;
        long rest = full || backlog ? Math.min(left, Math.max(0, busy - peer - buffer)) : 0;
        left -= rest;
        long sending = since(sendingNanos, sent.sendingNanos, elapsedNanos);
        peerNanos += peer + (full ? rest : 0);
        finspectNanos += buffer + idle;
        networkNanos += full ? 0 : rest;
        sourceNanos += Math.min(left, Math.max(0, sending - peer - buffer - idle - rest));
    }

    private static long since(long beforeNanos, long nowNanos, long mostNanos) {
        return Math.max(0, Math.min(mostNanos, nowNanos - beforeNanos));
    }

    /**
     * What it adds up to.
     *
     * @param nowNanos of a leg that lives the present, else when it ended
     */
    LegData.Transfer record(LegTraffic sent, long unackedSinceNanos, boolean over, long nowNanos) {
        boolean goesOn =
                !over && (unackedSinceNanos != NEVER || nowNanos - sent.lastSentAtNanos < LegTraffic.PAUSE_NANOS);
        long limited = peerNanos + networkNanos + finspectNanos + sourceNanos;
        long lasted = (goesOn ? nowNanos : sent.lastSentAtNanos) - sent.firstSentAtNanos;
        return new LegData.Transfer(
                Fact.inferred(Math.max(limited, lasted)),
                Fact.inferred(peerNanos),
                Fact.inferred(networkNanos),
                Fact.inferred(finspectNanos),
                Fact.inferred(sourceNanos));
    }
}
