package dev.finspect.session.join;

/** How far the capture has come. */
interface Come {
    /** Whether it has told all that passed until this moment, by the wall clock and by the monotonic one. */
    boolean past(long epochNanos, long nanos);
}
