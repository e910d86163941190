package dev.finspect.session.live;

import dev.finspect.record.SessionClose;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** The time from the first FIN of either peer to the second, or to what ended the session before that. */
final class HalfClosing {
    private static final long NEVER = LegTraffic.NEVER;

    private @Nullable Leg by;
    private long sinceNanos = NEVER;
    private long untilNanos = NEVER;
    private long otherBytesBefore;

    /** A peer's FIN; {@code otherBytes} is what the other peer had sent by then. */
    void fin(Leg leg, long atNanos, long otherBytes) {
        if (by == null) {
            by = leg;
            sinceNanos = atNanos;
            otherBytesBefore = otherBytes;
        } else if (by != leg) {
            over(atNanos);
        }
    }

    /** Ends the half-close, if there is one. */
    void over(long atNanos) {
        if (goesOn()) {
            untilNanos = atNanos;
        }
    }

    boolean goesOn() {
        return by != null && untilNanos == NEVER;
    }

    /** Who sent the first FIN. */
    @Nullable
    Leg by() {
        return by;
    }

    /**
     * The record at {@code nowNanos}.
     *
     * @param clientBytes how many bytes the client has sent in all; the next likewise
     */
    SessionClose.HalfClose record(long nowNanos, long clientBytes, long upstreamBytes) {
        Leg first = by;
        return first == null
                ? SessionClose.HalfClose.NONE
                : new SessionClose.HalfClose(
                        first,
                        Fact.socket(Math.max(0, (goesOn() ? nowNanos : untilNanos) - sinceNanos)),
                        Fact.socket((first == Leg.CLIENT ? upstreamBytes : clientBytes) - otherBytesBefore));
    }
}
