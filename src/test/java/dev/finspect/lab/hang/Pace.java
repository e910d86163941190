package dev.finspect.lab.hang;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * How steadily the lab itself took the steps of a play. A peer of the lab that the machine kept from reading or answering for
 * as long as a threshold has done what the rule is about, and finspect may say so.
 */
final class Pace implements Place.Step {
    /** The shortest threshold of what a peer's program owes, in the lab. */
    private static final long THRESHOLD_NANOS = Duration.ofSeconds(6).toNanos();

    /** Nothing may rest this long between two steps, which are 20 ms apart. */
    private static final long REST_NANOS = Duration.ofSeconds(1).toNanos();

    /** Of the 300 steps in that time; what they move may need several. */
    private static final int LEAST_STEPS = 30;

    private final Place.Step step;
    private final ArrayDeque<Long> takenAtNanos = new ArrayDeque<>();
    /** Spent in the steps themselves, which may wait for finspect. */
    private long insideNanos;

    private boolean heldUp;

    /** Begins now. */
    Pace(Place.Step step) {
        this.step = step;
        takenAtNanos.addLast(System.nanoTime());
    }

    @Override
    public void take() throws Exception {
        long begunAtNanos = System.nanoTime();
        long now = begunAtNanos - insideNanos;
        heldUp |= now - takenAtNanos.getLast() >= REST_NANOS;
        takenAtNanos.addLast(now);
        if (takenAtNanos.size() > LEAST_STEPS) {
            heldUp |= now - takenAtNanos.removeFirst() >= THRESHOLD_NANOS;
        }
        step.take();
        insideNanos += System.nanoTime() - begunAtNanos;
    }

    /** Whether the machine kept the lab from taking its steps in time. */
    boolean heldUp() {
        return heldUp;
    }
}
