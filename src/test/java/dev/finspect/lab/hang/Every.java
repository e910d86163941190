package dev.finspect.lab.hang;

/** A step that is taken at most once in so many milliseconds. */
final class Every implements Place.Step {
    private final long nanos;
    private final Place.Step step;
    private long nextNanos = System.nanoTime();

    Every(long millis, Place.Step step) {
        this.nanos = 1_000_000 * millis;
        this.step = step;
    }

    /** Whether it may be taken again. */
    boolean isDue() {
        return System.nanoTime() - nextNanos >= 0;
    }

    @Override
    public void take() throws Exception {
        long now = System.nanoTime();
        if (now - nextNanos >= 0) {
            nextNanos = now + nanos;
            step.take();
        }
    }
}
