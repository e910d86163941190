package dev.finspect.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one budget of bytes that all legs together may hold for peers that do not take them. Any thread.
 *
 * <p>A read is never longer than a share of what is left, so that reads shrink as the budget fills; the least read stays
 * possible, or a session whose peer does take its bytes would stand still.
 */
public final class HeldBytes {
    /** The shortest read, however full the budget is. */
    static final int LEAST_READ = 512;

    private static final int SHARE = 32;

    private volatile long budget;
    private final AtomicLong held = new AtomicLong();

    HeldBytes(long budget) {
        this.budget = budget;
    }

    /** From now on this is the budget; what is held above a lower one stays. */
    void budget(long next) {
        budget = next;
    }

    /** How long the next read may be, given a buffer of {@code wanted} bytes. */
    public int readLimit(int wanted) {
        long share = (budget - held.get()) / SHARE;
        return share >= wanted ? wanted : (int) Math.max(LEAST_READ, share);
    }

    /** Takes {@code bytes} out of the budget. */
    public void take(int bytes) {
        held.addAndGet(bytes);
    }

    /** Gives {@code bytes} back. */
    public void giveBack(int bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    long held() {
        return held.get();
    }
}
