package dev.finspect.bench.load;

/** How long the load waits for a next byte before it calls a run failed. */
final class Stall {
    static final int MILLIS = 5_000;

    private Stall() {}
}
