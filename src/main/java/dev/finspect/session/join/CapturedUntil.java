package dev.finspect.session.join;

/** How far the capture has come. */
interface CapturedUntil {
    /** Whether the capture has reported every packet up to this moment, by the wall clock and by the monotonic clock. */
    boolean includes(long epochNanos, long nanos);
}
