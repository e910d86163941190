package dev.finspect.session;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds the events of one leg. Confined to the session's event loop. */
final class LegTracker {
    private static final long NEVER = LegTraffic.NEVER;

    final LegTraffic traffic = new LegTraffic();
    final LegOpening opening = new LegOpening();
    final KernelReadings kernel = new KernelReadings();

    private final Leg leg;
    private @Nullable LegClosing closing;
    private long pausedNanos;
    private long pausedSinceNanos = NEVER;
    private int pauses;
    private boolean urgentSeen;
    private boolean lastReadingTaken;

    LegTracker(Leg leg) {
        this.leg = leg;
    }

    Leg leg() {
        return leg;
    }

    /** What has happened of its closing; null while nothing has. */
    @Nullable
    LegClosing closing() {
        return closing;
    }

    boolean hasPeerFin() {
        return closing != null && closing.hasPeerFin();
    }

    boolean hasFailed() {
        return closing != null && closing.hasFailed();
    }

    boolean urgentSeen() {
        return urgentSeen;
    }

    boolean paused() {
        return pausedSinceNanos != NEVER;
    }

    /** Since when it is; {@link LegTraffic#NEVER} while it is not. */
    long pausedSinceNanos() {
        return pausedSinceNanos;
    }

    void peerFin(long atNanos) {
        begun().peerFin(atNanos, traffic.bytesSent);
    }

    void localFin(long atNanos) {
        begun().localFin(atNanos, traffic.bytesReceived);
    }

    void localRst(long atNanos) {
        begun().localRst(atNanos);
    }

    void failed(long atNanos, Errno errno) {
        begun().failed(atNanos, errno);
    }

    void urgent() {
        urgentSeen = true;
    }

    void paused(long atNanos) {
        if (!paused()) {
            pausedSinceNanos = atNanos;
            pauses++;
        }
    }

    void resumed(long atNanos) {
        if (paused()) {
            pausedNanos += atNanos - pausedSinceNanos;
            pausedSinceNanos = NEVER;
        }
    }

    /** The last reading before the socket was closed, null where there was none. */
    void ended(@Nullable TcpInfo info, long atNanos) {
        if (info != null) {
            lastReadingTaken = true;
            kernel.read(info, atNanos);
        }
    }

    /**
     * Bytes that finspect had handed to the kernel for this peer and that never went out, because the connection was cut
     * off; -1 where nobody can tell. What had gone out without being acknowledged is not counted: it may have arrived.
     */
    long droppedByKernel() {
        if (closing == null || !closing.isBroken() || traffic.bytesSent == 0) {
            return 0;
        }
        return lastReadingTaken && kernel.notSentBytes >= 0 ? kernel.notSentBytes : -1;
    }

    LegRecord record(
            SessionIdentity clock,
            @Nullable InetSocketAddress peer,
            @Nullable InetSocketAddress local,
            List<LegRecord.Lookup> lookups,
            List<LegRecord.Attempt> attempts,
            long nowNanos) {
        return new LegRecord(
                leg,
                peer,
                local,
                lookups,
                attempts,
                leg == Leg.CLIENT ? opening.ofClient() : opening.ofUpstream(),
                data(clock, nowNanos),
                close(clock, nowNanos));
    }

    private LegClose close(SessionIdentity clock, long nowNanos) {
        if (closing != null) {
            return closing.record(clock, traffic, kernel, nowNanos);
        }
        return kernel.peerFinProvenAtNanos == NEVER
                ? LegClose.UNKNOWN
                : new LegClosing().record(clock, traffic, kernel, nowNanos);
    }

    private LegData data(SessionIdentity clock, long nowNanos) {
        KernelReadings k = kernel;
        boolean read = k.state != null;
        return new LegData(
                Fact.socket(traffic.bytesReceived),
                Fact.socket(traffic.bytesSent),
                number(read, k.segmentsReceived),
                number(read, k.segmentsSent),
                time(clock, traffic.firstReceivedAtNanos),
                time(clock, traffic.lastReceivedAtNanos),
                time(clock, traffic.firstSentAtNanos),
                time(clock, traffic.lastSentAtNanos),
                micros(read, k.rttMicros),
                micros(read, k.minRttMicros),
                number(read, k.totalRetransmits),
                null,
                read ? Fact.kernelNumber(k.bytesRetransmitted) : null,
                null,
                k.zeroWindows(),
                k.zeroWindowTime(nowNanos),
                null,
                null,
                micros(read, k.busyMicros),
                micros(read, k.receiverLimitedMicros),
                micros(read, k.sendBufferLimitedMicros),
                number(read, k.unackedSegments),
                number(read, k.notSentBytes),
                Fact.socket(pausedNanos + (paused() ? nowNanos - pausedSinceNanos : 0)),
                Fact.socket(pauses),
                Fact.socket(traffic.heldBytesMax),
                Fact.socket(traffic.undeliveredBytes),
                urgentSeen ? Fact.socket(true) : null,
                k.state == null ? null : Fact.kernel(k.state));
    }

    private LegClosing begun() {
        LegClosing begun = closing;
        if (begun == null) {
            begun = new LegClosing();
            closing = begun;
        }
        return begun;
    }

    /** One of the kernel's 32-bit counters. */
    private static @Nullable Fact<Long> number(boolean read, int value) {
        return read && value != TcpInfo.ABSENT ? Fact.kernel(Integer.toUnsignedLong(value)) : null;
    }

    private static @Nullable Fact<Long> micros(boolean read, long micros) {
        return read && micros >= 0 ? Fact.kernel(micros * 1_000) : null;
    }

    private static @Nullable Fact<Long> time(SessionIdentity clock, long atNanos) {
        return atNanos == NEVER ? null : Fact.socket(clock.epochNanos(atNanos));
    }
}
