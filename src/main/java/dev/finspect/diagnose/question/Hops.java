package dev.finspect.diagnose.question;

/** How far a packet has come, by its time to live. Pure. */
final class Hops {
    private static final int[] INITIAL = {32, 64, 128, 255};

    private Hops() {}

    /** The routers that it has passed, from the nearest value above with which hosts send (32, 64, 128, 255). */
    static int of(int timeToLive) {
        int hops = 0;
        for (int i = INITIAL.length - 1; i >= 0 && INITIAL[i] >= timeToLive; i--) {
            hops = INITIAL[i] - timeToLive;
        }
        return hops;
    }
}
