package dev.finspect.relay;

import java.time.Duration;

/** The one deadline of a session, in the wheel of its loop: arming it takes the place of what it was armed for before. Confined to the loop. */
final class SessionDeadline {
    private final DeadlineWheel wheel;
    private final Deadline deadline;

    SessionDeadline(DeadlineWheel wheel, Deadline deadline) {
        this.wheel = wheel;
        this.deadline = deadline;
    }

    /** Arms it for a moment of the monotonic clock. */
    void arm(long atNanos) {
        wheel.arm(deadline, atNanos);
    }

    /** Arms it so long from now. */
    void armAfter(Duration wait) {
        arm(System.nanoTime() + wait.toNanos());
    }

    /** It does not expire. */
    void disarm() {
        wheel.disarm(deadline);
    }
}
