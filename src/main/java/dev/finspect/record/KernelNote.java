package dev.finspect.record;

import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;

/**
 * What the kernel of this host itself noted of a FIN or RST, by its tracing: only of connections whose end is on this host, in any
 * network namespace. Times are wall clock, nanoseconds since the Unix epoch.
 *
 * @param sentAt when the sender's kernel sent the RST
 * @param reason why it did
 * @param closeWaitAt when the receiver's kernel had the FIN and its socket entered CLOSE-WAIT
 */
public record KernelNote(Observation<Long> sentAt, Observation<ResetReason> reason, Observation<Long> closeWaitAt) {
    /** Not observed. */
    public static final KernelNote NOT_OBSERVED =
            new KernelNote(Observation.notObserved(), Observation.notObserved(), Observation.notObserved());

    /** Of an RST. */
    public static KernelNote ofReset(Observation<Long> sentAt, Observation<ResetReason> reason) {
        return new KernelNote(sentAt, reason, Observation.notObserved());
    }

    /** Of a FIN. */
    public static KernelNote ofFin(Observation<Long> closeWaitAt) {
        return new KernelNote(Observation.notObserved(), Observation.notObserved(), closeWaitAt);
    }
}
