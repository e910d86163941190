package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel's tracing shows of one leg. Null where it shows nothing: another end may be on another host, or the event was
 * lost.
 *
 * @param peerReset the RST that the peer's kernel sent
 * @param localReset the RST that finspect's own socket sent
 * @param closeWaitAtNanos when the peer's socket entered CLOSE-WAIT: wall clock, nanoseconds since the Unix epoch
 */
public record LegTrace(
        @Nullable Reset peerReset,
        @Nullable Reset localReset,
        @Nullable Long closeWaitAtNanos) {
    /** Nothing. */
    public static final LegTrace NONE = new LegTrace(null, null, null);

    /**
     * An RST as its kernel sent it.
     *
     * @param atNanos wall clock, nanoseconds since the Unix epoch
     */
    public record Reset(long atNanos, ResetReason reason) {
        /** As facts of a record. */
        KernelNote note() {
            return KernelNote.ofReset(
                    Fact.kernel(atNanos),
                    reason.equals(ResetReason.UNNAMED) ? Observation.notObserved() : Fact.kernel(reason));
        }
    }

    /** The same with the peer's RST. */
    public LegTrace withPeerReset(Reset reset) {
        return new LegTrace(reset, localReset, closeWaitAtNanos);
    }

    /** The same with finspect's RST. */
    public LegTrace withLocalReset(Reset reset) {
        return new LegTrace(peerReset, reset, closeWaitAtNanos);
    }

    /** The same with the time at which the peer's socket entered CLOSE-WAIT. */
    public LegTrace withCloseWait(long atNanos) {
        return new LegTrace(peerReset, localReset, atNanos);
    }

    /** The record with these facts: of acts that it has, no others. */
    public LegRecord into(LegRecord leg) {
        LegClose close = leg.close();
        Observation<CloseMark> peerRst = noted(close.peerRst(), peerReset == null ? null : peerReset.note());
        Observation<CloseMark> localRst = noted(close.localRst(), localReset == null ? null : localReset.note());
        Observation<CloseMark> localFin = noted(
                close.localFin(), closeWaitAtNanos == null ? null : KernelNote.ofFin(Fact.kernel(closeWaitAtNanos)));
        return leg.with(new LegClose(
                close.peerFin(),
                localFin,
                peerRst,
                localRst,
                close.errno(),
                close.simultaneousClose(),
                close.timeWaitHolder(),
                close.waits(),
                close.afterFin()));
    }

    /** The attempt with the RST that answered it. */
    public static Attempt into(Attempt attempt, @Nullable Reset reset) {
        return reset == null ? attempt : attempt.with(reset.note());
    }

    private static Observation<CloseMark> noted(Observation<CloseMark> mark, @Nullable KernelNote note) {
        Fact<CloseMark> known = mark.fact();
        return known == null || note == null ? mark : new Fact<>(known.value().with(note), known.source());
    }
}
