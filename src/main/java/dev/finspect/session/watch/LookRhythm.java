package dev.finspect.session.watch;

/**
 * Says when the rules look again at a session that is worth a look, so that one in which nothing moves costs less and less: at
 * once where something of it is new, otherwise after a sixteenth of the time for which nothing was, ten seconds at most. Pure.
 * Times are monotonic nanoseconds.
 */
final class LookRhythm {
    private static final int PART = 16;
    private static final long SWEEP_NANOS = 1_000_000_000L;
    private static final long MOST_NANOS = 10_000_000_000L;

    private long picture;
    private long newAtNanos;
    private long lookedAtNanos;

    /** Of a session that began then, at which nobody has looked. */
    LookRhythm(long startNanos) {
        this.newAtNanos = startNanos;
        this.lookedAtNanos = startNanos - MOST_NANOS;
    }

    /**
     * Whether the rules should look at it.
     *
     * @param pictureNow a number that differs wherever what the rules see of the session differs, times left out
     */
    boolean isDue(long pictureNow, long nowNanos) {
        if (pictureNow != picture) {
            picture = pictureNow;
            isNew(nowNanos);
        }
        return nowNanos - lookedAtNanos >= pauseNanos(nowNanos);
    }

    /** The same where an answer has come, which the rules wait for while the session moved not long ago. */
    boolean isDueAfterAnswer(long pictureNow, long nowNanos) {
        return isDue(pictureNow, nowNanos) || pauseNanos(nowNanos) < SWEEP_NANOS;
    }

    /** Something about it is new that no picture has. */
    void isNew(long nowNanos) {
        newAtNanos = nowNanos;
        lookedAtNanos = nowNanos - MOST_NANOS;
    }

    /** The rules look at it. */
    void looked(long nowNanos) {
        lookedAtNanos = nowNanos;
    }

    /** Whether they have looked lately, so that what they found is still so as far as anybody knows. */
    boolean hasLookedLately(long nowNanos) {
        return nowNanos - lookedAtNanos < 2 * MOST_NANOS;
    }

    /** How long they may leave it alone. */
    long pauseNanos(long nowNanos) {
        return Math.min(MOST_NANOS, (nowNanos - newAtNanos) / PART);
    }
}
