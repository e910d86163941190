package dev.finspect.lifecycle.connection;

import dev.finspect.wire.TcpSegment;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Decides which segments with a wrong checksum count although a receiver would drop them: those of a host that leaves the
 * checksums to its network card and was captured before the card had set them.
 *
 * <p>Such a host is recognized by what is right. Where one endpoint's segments are right and the other's are all wrong, the
 * other's count. Where only its segments with data are all wrong, those count. Segments that come before anything is right are
 * held, at most {@value #MOST_HELD}.
 */
final class WrongChecksums {
    private static final int MOST_HELD = 64;

    private boolean firstRight;
    private boolean secondRight;
    private boolean firstDataRight;
    private boolean secondDataRight;
    private long dataLeftOut;
    /** Null while nothing is held. */
    private @Nullable ArrayDeque<Held> held;

    /** A segment of which nothing is decided yet. */
    private record Held(boolean byFirst, TcpSegment segment) {}

    /** Takes segments that count. */
    @FunctionalInterface
    interface Taker {
        void take(boolean byFirst, TcpSegment segment);
    }

    /** Processes a segment whose checksum is right; whether something is held that {@link #decide} can decide now. */
    boolean right(boolean byFirst, TcpSegment segment) {
        boolean data = segment.payloadBytes() > 0;
        firstRight |= byFirst;
        secondRight |= !byFirst;
        firstDataRight |= byFirst && data;
        secondDataRight |= !byFirst && data;
        return held != null;
    }

    /** Passes on what is held and counts, in its order, and drops the rest. */
    void decide(Taker taker) {
        ArrayDeque<Held> waiting = held;
        held = null;
        if (waiting == null) {
            return;
        }
        for (Held one : waiting) {
            if (isOffloaded(one.byFirst(), one.segment())) {
                dataLeftOut -= one.segment().payloadBytes() > 0 ? 1 : 0;
                taker.take(one.byFirst(), one.segment());
            }
        }
    }

    /** Processes a segment whose checksum is wrong; whether it counts already. */
    boolean wrong(boolean byFirst, TcpSegment segment) {
        if (isOffloaded(byFirst, segment)) {
            return true;
        }
        dataLeftOut += segment.payloadBytes() > 0 ? 1 : 0;
        if (!firstRight && !secondRight) {
            hold(new Held(byFirst, segment));
        }
        return false;
    }

    private void hold(Held one) {
        ArrayDeque<Held> waiting = held;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            held = waiting;
        }
        if (waiting.size() < MOST_HELD) {
            waiting.addLast(one);
        }
    }

    private boolean isOffloaded(boolean byFirst, TcpSegment segment) {
        boolean ownRight = byFirst ? firstRight : secondRight;
        boolean otherRight = byFirst ? secondRight : firstRight;
        boolean ownDataRight = byFirst ? firstDataRight : secondDataRight;
        return ownRight ? segment.payloadBytes() > 0 && !ownDataRight : otherRight;
    }

    /** Segments with data that were left out. */
    long dataLeftOut() {
        return dataLeftOut;
    }
}
