package dev.finspect.session.passive;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.EndpointFacts;
import dev.finspect.session.live.LegTraffic;
import dev.finspect.session.watch.RouteDiagnosis;
import org.jspecify.annotations.Nullable;

/**
 * How a connection stands since its last segment, in a few numbers: enough to say when the rules should look at it. Times are
 * wall clock, nanoseconds since the Unix epoch.
 *
 * @param openSinceNanos since when something is open that can end by itself, such as bytes in flight, a closed window, a FIN or
 *     SYN without an answer; {@link LegTraffic#NEVER} while nothing is. It is looked at each time
 * @param lastAtNanos the last segment
 * @param lastByteNanos the last byte of either end; of a connection without any, its beginning
 * @param unanswered whether the originator sent the last byte
 */
record PassiveState(long openSinceNanos, long lastAtNanos, long lastByteNanos, boolean unanswered) {
    static PassiveState of(ConnectionFacts facts) {
        return new PassiveState(
                openSince(facts),
                facts.lastAtNanos(),
                lastByte(facts),
                known(facts.originator().stream().lastByteAtNanos())
                        > known(facts.responder().stream().lastByteAtNanos()));
    }

    /** Of two connections as one: what is open in either, and what came last. */
    PassiveState and(PassiveState other) {
        return new PassiveState(
                earliest(openSinceNanos, other.openSinceNanos),
                Math.max(lastAtNanos, other.lastAtNanos),
                Math.max(lastByteNanos, other.lastByteNanos),
                unanswered || other.unanswered);
    }

    /** Whether the rules should look now, after a look at {@code lastLookNanos}. */
    boolean isDue(RouteDiagnosis diagnosis, long lastLookNanos, long nowNanos) {
        return diagnosis.lasts(openSinceNanos, nowNanos)
                || diagnosis.passes(lastAtNanos, lastLookNanos, nowNanos)
                || diagnosis.passes(lastByteNanos, lastLookNanos, nowNanos);
    }

    private static long openSince(ConnectionFacts facts) {
        boolean unanswered = facts.handshake().synAtNanos() != null
                && facts.handshake().ackAtNanos() == null
                && facts.originator().stream().firstByteAtNanos() == null;
        boolean halfClosed = !facts.close().order().isEmpty();
        if (unanswered || halfClosed) {
            return facts.firstAtNanos();
        }
        return earliest(openSince(facts.originator()), openSince(facts.responder()));
    }

    private static long openSince(EndpointFacts end) {
        return earliest(known(end.flight().sinceNanos()), known(end.window().closedSinceNanos()));
    }

    private static long lastByte(ConnectionFacts facts) {
        long last = Math.max(
                known(facts.originator().stream().lastByteAtNanos()),
                known(facts.responder().stream().lastByteAtNanos()));
        return last == LegTraffic.NEVER ? facts.firstAtNanos() : last;
    }

    private static long known(@Nullable Long time) {
        return time == null ? LegTraffic.NEVER : time;
    }

    private static long earliest(long one, long other) {
        return one == LegTraffic.NEVER ? other : other == LegTraffic.NEVER ? one : Math.min(one, other);
    }
}
