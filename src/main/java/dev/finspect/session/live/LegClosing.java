package dev.finspect.session.live;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegClose.TimeWaitHolder;
import dev.finspect.session.SessionIdentity;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;

/**
 * The FINs, the RSTs and the error of one leg; made when the first of them comes. Times are monotonic nanoseconds, {@link
 * LegTraffic#NEVER} while it has not happened.
 */
public final class LegClosing {
    private static final long NEVER = LegTraffic.NEVER;
    /** Longer than between two sweeps. */
    private static final long LATE_NANOS = 1_500_000_000L;

    private long peerFinAtNanos = NEVER;
    private long localFinAtNanos = NEVER;
    private long peerRstAtNanos = NEVER;
    private long localRstAtNanos = NEVER;
    /** The first RST or error, which is the end of the connection. */
    private long brokenAtNanos = NEVER;

    private boolean localFinFirst;
    private boolean failed;
    private Errno errno = Errno.UNKNOWN;
    private long bytesSentAtPeerFin;
    private long bytesReceivedAtLocalFin;

    void peerFin(long atNanos, long bytesSent) {
        if (peerFinAtNanos == NEVER) {
            peerFinAtNanos = atNanos;
            bytesSentAtPeerFin = bytesSent;
        }
    }

    void localFin(long atNanos, long bytesReceived) {
        if (localFinAtNanos == NEVER) {
            localFinAtNanos = atNanos;
            bytesReceivedAtLocalFin = bytesReceived;
            localFinFirst = peerFinAtNanos == NEVER;
        }
    }

    void localRst(long atNanos) {
        if (localRstAtNanos == NEVER) {
            localRstAtNanos = atNanos;
            broken(atNanos);
        }
    }

    /** The connection failed: the peer's RST, or another error. Comes at most once. */
    void failed(long atNanos, Errno error) {
        failed = true;
        errno = error;
        broken(atNanos);
        if (error.cause() == Errno.Cause.RESET) {
            peerRstAtNanos = atNanos;
        }
    }

    private void broken(long atNanos) {
        if (brokenAtNanos == NEVER) {
            brokenAtNanos = atNanos;
        }
    }

    public long peerFinAtNanos() {
        return peerFinAtNanos;
    }

    public long localFinAtNanos() {
        return localFinAtNanos;
    }

    boolean hasPeerFin() {
        return peerFinAtNanos != NEVER;
    }

    boolean hasLocalFin() {
        return localFinAtNanos != NEVER;
    }

    boolean hasLocalRst() {
        return localRstAtNanos != NEVER;
    }

    /** Whether the connection ended by a failure: the peer's RST or an error. */
    boolean hasFailed() {
        return failed;
    }

    /** Whether either end or this host cut the connection off, so that its send queue is gone. */
    boolean isBroken() {
        return brokenAtNanos != NEVER;
    }

    /** The record at {@code nowNanos}; {@code watched} says whether the socket would have reported a FIN or RST of the peer. */
    LegClose record(SessionIdentity clock, LegTraffic traffic, KernelReadings kernel, boolean watched, long nowNanos) {
        boolean unknown = errno.equals(Errno.UNKNOWN);
        Observation<Long> localCloseWait = localCloseWait(nowNanos);
        return new LegClose(
                peerFinMark(clock, kernel, watched),
                hasLocalFin() ? localFinMark(clock, kernel) : Observation.none(Source.SOCKET),
                peerRstAtNanos == NEVER
                        ? absent(watched)
                        : mark(clock, peerRstAtNanos, unknown ? Source.INFERRED : Source.SOCKET),
                hasLocalRst() ? mark(clock, localRstAtNanos, Source.SOCKET) : Observation.none(Source.SOCKET),
                unknown ? absent(watched && !failed) : Fact.socket(errno),
                simultaneousClose(kernel),
                timeWaitHolder(kernel),
                new LegClose.Waits(
                        peerCloseWait(nowNanos),
                        localCloseWait,
                        localCloseWait instanceof Fact<Long> wait
                                ? Fact.inferred(wait.value())
                                : Observation.notObserved(),
                        localFinWait2(kernel, nowNanos)),
                new LegClose.AfterFin(
                        hasPeerFin() ? Fact.socket(traffic.bytesSent - bytesSentAtPeerFin) : Observation.notObserved(),
                        hasLocalFin()
                                ? Fact.socket(traffic.bytesReceived - bytesReceivedAtLocalFin)
                                : Observation.notObserved()));
    }

    /** Where no event reported it, a reading may prove it, at the latest at its own time. */
    private Observation<CloseMark> peerFinMark(SessionIdentity clock, KernelReadings kernel, boolean watched) {
        if (hasPeerFin()) {
            return mark(clock, peerFinAtNanos, Source.SOCKET);
        }
        return kernel.peerFinProvenAtNanos == NEVER
                ? absent(watched)
                : mark(clock, kernel.peerFinProvenAtNanos, Source.KERNEL);
    }

    /**
     * A reading in FIN-WAIT-2 proves that finspect's FIN is acknowledged; one between two sweeps of the FIN has no time of its
     * own.
     */
    private Observation<CloseMark> localFinMark(SessionIdentity clock, KernelReadings kernel) {
        Observation<Boolean> acknowledged = acknowledged(kernel);
        Observation<Long> after = Observation.notObserved();
        if (kernel.finWait2AtNanos != NEVER) {
            long afterNanos = kernel.finWait2AtNanos - localFinAtNanos;
            after = afterNanos >= LATE_NANOS ? Fact.inferred(afterNanos) : after;
        }
        return new Fact<>(
                CloseMark.at(Fact.socket(clock.epochNanos(localFinAtNanos)))
                        .with(new CloseMark.Delivery(
                                acknowledged, after, Observation.notObserved(), Observation.notObserved())),
                Source.SOCKET);
    }

    /** Whether finspect's FIN is acknowledged, by the state of its end as the kernel has it. */
    private static Observation<Boolean> acknowledged(KernelReadings kernel) {
        TcpState state = kernel.state;
        if (kernel.finWait2AtNanos != NEVER) {
            return Fact.kernel(true);
        }
        return state == TcpState.FIN_WAIT_1 || state == TcpState.CLOSING || state == TcpState.LAST_ACK
                ? Fact.kernel(false)
                : Observation.notObserved();
    }

    private static Observation<CloseMark> mark(SessionIdentity clock, long atNanos, Source source) {
        return new Fact<>(CloseMark.at(new Fact<>(clock.epochNanos(atNanos), source)), source);
    }

    private static <T> Observation<T> absent(boolean watched) {
        return watched ? Observation.none(Source.SOCKET) : Observation.notObserved();
    }

    /** CLOSING proves it; that one FIN had come, or was acknowledged, before the other went out disproves it. */
    private Observation<Boolean> simultaneousClose(KernelReadings kernel) {
        if (kernel.closingSeen) {
            return Fact.kernel(true);
        }
        boolean inTurn = !localFinFirst || kernel.answeringSeen || kernel.finWait2AtNanos != NEVER;
        return hasPeerFin() && hasLocalFin() && inTurn ? Fact.inferred(false) : Observation.notObserved();
    }

    /**
     * No end after a break; otherwise the end that sent its FIN before it had the other's. Where the event of the peer's FIN came
     * after finspect's, a reading can still show that the kernel had it before.
     */
    private Observation<TimeWaitHolder> timeWaitHolder(KernelReadings kernel) {
        if (isBroken()) {
            return Fact.inferred(TimeWaitHolder.NONE);
        }
        if (!hasPeerFin() || !hasLocalFin()) {
            return Observation.notObserved();
        }
        return Fact.inferred(localFinFirst && !kernel.answeringSeen ? TimeWaitHolder.LOCAL : TimeWaitHolder.PEER);
    }

    private Observation<Long> peerCloseWait(long nowNanos) {
        return hasLocalFin() && localFinFirst
                ? Fact.inferred(between(localFinAtNanos, peerFinAtNanos, nowNanos))
                : Observation.notObserved();
    }

    private Observation<Long> localCloseWait(long nowNanos) {
        return hasPeerFin() && !localFinFirst
                ? Fact.socket(between(peerFinAtNanos, localFinAtNanos, nowNanos))
                : Observation.notObserved();
    }

    private Observation<Long> localFinWait2(KernelReadings kernel, long nowNanos) {
        return kernel.finWait2AtNanos == NEVER
                ? Observation.notObserved()
                : Fact.inferred(between(kernel.finWait2AtNanos, peerFinAtNanos, nowNanos));
    }

    /** To {@code endNanos}, or where that has not come to the break, or else to now. */
    private long between(long beginNanos, long endNanos, long nowNanos) {
        long end = endNanos != NEVER ? endNanos : brokenAtNanos != NEVER ? brokenAtNanos : nowNanos;
        return Math.max(0, end - beginNanos);
    }
}
