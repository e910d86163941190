package dev.finspect.session.passive;

/** When to try to join a connection with another: at once, then less and less often; and how often the rules wait for the answer. */
final class JoinTries {
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 16_000_000_000L;
    /** A question about a socket is answered within a second, by a busy machine later. */
    private static final int MOST_SWEEPS = 4;

    private long nextAtNanos = Long.MIN_VALUE;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private boolean waiting;
    private int sweeps;

    /** Whether it is time for a try. */
    boolean areDue(long nowNanos) {
        return nowNanos >= nextAtNanos;
    }

    /** A second has passed; whether the rules wait for an answer. */
    boolean swept() {
        sweeps += waiting ? 1 : 0;
        return waiting;
    }

    /** Whether the rules are to wait for who has the sockets open. */
    boolean mayWait() {
        waiting = true;
        return sweeps < MOST_SWEEPS;
    }

    /** It was not joined. */
    void failed(long nowNanos) {
        nextAtNanos = nowNanos + pauseNanos;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        settled();
    }

    /** It was joined. */
    void joined() {
        pauseNanos = FIRST_PAUSE_NANOS;
        settled();
    }

    private void settled() {
        waiting = false;
        sweeps = 0;
    }
}
