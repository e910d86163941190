package dev.finspect.session;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * The FINs, the RSTs and the error of one leg; made when the first of them comes. Times are monotonic nanoseconds, {@link
 * LegTraffic#NEVER} while it has not happened.
 */
final class LegClosing {
    private static final long NEVER = LegTraffic.NEVER;

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

    long peerFinAtNanos() {
        return peerFinAtNanos;
    }

    long localFinAtNanos() {
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

    /** Whether the connection was cut off, by whomever, so that its send queue is gone. */
    boolean isBroken() {
        return brokenAtNanos != NEVER;
    }

    /** The record at {@code nowNanos}. */
    LegClose record(SessionIdentity clock, LegTraffic traffic, KernelReadings kernel, long nowNanos) {
        boolean unknown = errno.equals(Errno.UNKNOWN);
        Fact<Long> localCloseWait = localCloseWait(nowNanos);
        return new LegClose(
                peerFinFlag(clock, kernel),
                flag(clock, localFinAtNanos, Source.SOCKET),
                flag(clock, peerRstAtNanos, unknown ? Source.INFERRED : Source.SOCKET),
                flag(clock, localRstAtNanos, Source.SOCKET),
                unknown ? null : Fact.socket(errno),
                simultaneousClose(kernel),
                timeWaitHolder(kernel),
                peerCloseWait(nowNanos),
                localCloseWait,
                localCloseWait == null ? null : Fact.inferred(localCloseWait.value()),
                localFinWait2(kernel, nowNanos),
                hasPeerFin() ? Fact.socket(traffic.bytesSent - bytesSentAtPeerFin) : null,
                hasLocalFin() ? Fact.socket(traffic.bytesReceived - bytesReceivedAtLocalFin) : null);
    }

    /** Where no event told of it, a reading may prove it, at the latest at its own time. */
    private LegClose.@Nullable Flag peerFinFlag(SessionIdentity clock, KernelReadings kernel) {
        return hasPeerFin()
                ? flag(clock, peerFinAtNanos, Source.SOCKET)
                : flag(clock, kernel.peerFinProvenAtNanos, Source.KERNEL);
    }

    private static LegClose.@Nullable Flag flag(SessionIdentity clock, long atNanos, Source source) {
        return atNanos == NEVER
                ? null
                : new LegClose.Flag(new Fact<>(clock.epochNanos(atNanos), source), null, null, null, null);
    }

    /** CLOSING proves it; that one FIN had come, or was acknowledged, before the other went out disproves it. */
    private @Nullable Fact<Boolean> simultaneousClose(KernelReadings kernel) {
        if (kernel.closingSeen) {
            return Fact.kernel(true);
        }
        boolean inTurn = !localFinFirst || kernel.answeringSeen || kernel.finWait2AtNanos != NEVER;
        return hasPeerFin() && hasLocalFin() && inTurn ? Fact.inferred(false) : null;
    }

    /**
     * After a break nobody; else the end that sent its FIN before it had the other's. Where the event of the peer's FIN came
     * after finspect's, a reading can still show that the kernel had it before.
     */
    private @Nullable Fact<String> timeWaitHolder(KernelReadings kernel) {
        if (isBroken()) {
            return Fact.inferred("none");
        }
        if (!hasPeerFin() || !hasLocalFin()) {
            return null;
        }
        return Fact.inferred(localFinFirst && !kernel.answeringSeen ? "local" : "peer");
    }

    private @Nullable Fact<Long> peerCloseWait(long nowNanos) {
        return hasLocalFin() && localFinFirst
                ? Fact.inferred(between(localFinAtNanos, peerFinAtNanos, nowNanos))
                : null;
    }

    private @Nullable Fact<Long> localCloseWait(long nowNanos) {
        return hasPeerFin() && !localFinFirst ? Fact.socket(between(peerFinAtNanos, localFinAtNanos, nowNanos)) : null;
    }

    private @Nullable Fact<Long> localFinWait2(KernelReadings kernel, long nowNanos) {
        return kernel.finWait2AtNanos == NEVER
                ? null
                : Fact.inferred(between(kernel.finWait2AtNanos, peerFinAtNanos, nowNanos));
    }

    /** To {@code endNanos}, or where that has not come to the break, or else to now. */
    private long between(long beginNanos, long endNanos, long nowNanos) {
        long end = endNanos != NEVER ? endNanos : brokenAtNanos != NEVER ? brokenAtNanos : nowNanos;
        return Math.max(0, end - beginNanos);
    }
}
