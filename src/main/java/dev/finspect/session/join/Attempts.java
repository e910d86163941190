package dev.finspect.session.join;

import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionSink;
import dev.finspect.session.file.CapturedRecords;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that nobody has claimed yet, oldest first, and what becomes of them: claimed by a session, told as an
 * attempt that failed, or forgotten. Bounded: a flood of SYNs pushes the oldest out. Confined to the capture's thread.
 */
final class Attempts {
    /** How many are followed at once. */
    static final int MOST = 4096;

    /** How many are told of within a second; the others are counted. */
    static final int TOLD_A_SECOND = 100;

    /** After an RST nothing comes any more; a moment for an accept() that is under way. */
    static final long AFTER_RESET_NANOS = 1_000_000_000L;
    /** An unfinished handshake is given up after so much silence: longer than the first five retransmissions wait. */
    static final long UNFINISHED_NANOS = 6_000_000_000L;
    /** A finished one can wait in the backlog; and a told one is kept so long, so that what is sent again adds no new one. */
    static final long FINISHED_NANOS = 130_000_000_000L;

    /** What other programs have with an upstream is followed so long, to be sure. */
    static final long OTHERS_NANOS = 15_000_000_000L;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long LOOK_NANOS = 250_000_000L;

    /** A look that lies further ahead than packets come late was before the wall clock was set back. */
    private static final long SET_BACK_NANOS = SECOND_NANOS;

    private final WireLegs legs;
    private final SessionSink sink;
    private final Set<WireLeg> waiting = new LinkedHashSet<>();
    private List<Watched> watched = List.of();
    private long nextLookNanos;
    private long secondBeganNanos;
    private int toldThisSecond;
    private long number;

    Attempts(WireLegs legs, SessionSink sink, long firstNumber) {
        this.number = firstNumber;
        this.legs = legs;
        this.sink = sink;
    }

    /** From now on these routes' listeners are known. */
    void watch(List<Watched> routes) {
        watched = routes;
    }

    /** A connection began and nobody has claimed it yet. */
    void began(WireLeg leg, long nowNanos) {
        if (waiting.size() >= MOST) {
            pushOut(nowNanos);
        }
        waiting.add(leg);
    }

    /** It is a session's: not looked after any more. */
    void claimed(WireLeg leg) {
        waiting.remove(leg);
    }

    /** Looks after them, a few times a second. */
    void look(long nowNanos) {
        long aheadNanos = nextLookNanos - nowNanos;
        boolean setBack = aheadNanos > SET_BACK_NANOS;
        if (aheadNanos > 0 && !setBack) {
            return;
        }
        nextLookNanos = nowNanos + LOOK_NANOS;
        for (Iterator<WireLeg> each = waiting.iterator(); each.hasNext(); ) {
            WireLeg leg = each.next();
            if (setBack) {
                leg.clockSetBack(nowNanos);
            }
            if (isOver(leg, nowNanos)) {
                each.remove();
                tell(leg, nowNanos);
                forget(leg);
            } else if (isOthers(leg, nowNanos)) {
                each.remove();
                forget(leg);
            } else if (!leg.attemptTold && isFailed(leg, nowNanos)) {
                tell(leg, nowNanos);
            }
        }
    }

    /**
     * The only connection that nobody has claimed, to this end, begun in this time, and as much in vain as the attempt that is
     * looked for; null when there is none or several.
     */
    @Nullable
    WireLeg onlyFailedTo(IpAddress address, int port, long fromNanos, long toNanos) {
        WireLeg only = null;
        for (WireLeg leg : waiting) {
            FourTuple tuple = leg.tuple();
            boolean fits = tuple.destinationPort() == port
                    && tuple.destination().equals(address)
                    && leg.bornAtNanos() >= fromNanos
                    && leg.bornAtNanos() <= toNanos
                    && !leg.established();
            if (fits && only != null) {
                return null;
            }
            only = fits ? leg : only;
        }
        return only;
    }

    /** Looks after none any more. */
    void clear() {
        waiting.forEach(WireLeg::forgetHeaders);
        waiting.clear();
    }

    int waiting() {
        return waiting.size();
    }

    private static boolean isFailed(WireLeg leg, long nowNanos) {
        long silentNanos = nowNanos - leg.lastAtNanos();
        if (leg.resetByResponder()) {
            return silentNanos >= AFTER_RESET_NANOS;
        }
        return silentNanos >= UNFINISHED_NANOS && !leg.established();
    }

    private static boolean isOver(WireLeg leg, long nowNanos) {
        long silentNanos = nowNanos - leg.lastAtNanos();
        return silentNanos >= FINISHED_NANOS || (silentNanos >= AFTER_RESET_NANOS && leg.resetByResponder());
    }

    /** Whether it goes to an upstream and was not opened by us, who would have told of it at once. */
    private boolean isOthers(WireLeg leg, long nowNanos) {
        return nowNanos - leg.followedSinceNanos() >= OTHERS_NANOS && leg.established() && routeOf(leg.tuple()) == null;
    }

    private void pushOut(long nowNanos) {
        Iterator<WireLeg> oldestFirst = waiting.iterator();
        WireLeg oldest = oldestFirst.next();
        oldestFirst.remove();
        // One whose handshake was finished waits for accept(), and did not fail.
        if (!oldest.established() || oldest.resetByResponder()) {
            tell(oldest, nowNanos);
        }
        forget(oldest);
    }

    private void forget(WireLeg leg) {
        legs.remove(leg);
        leg.forgetHeaders();
    }

    private void tell(WireLeg leg, long nowNanos) {
        if (leg.attemptTold) {
            return;
        }
        leg.attemptTold = true;
        Watched route = routeOf(leg.tuple());
        InetSocketAddress listener = route == null ? null : route.listenerOf(leg.tuple());
        if (route == null || listener == null || leg.outgoing()) {
            return;
        }
        if (Math.abs(nowNanos - secondBeganNanos) >= SECOND_NANOS) {
            secondBeganNanos = nowNanos;
            toldThisSecond = 0;
        }
        LegWire wire = toldThisSecond < TOLD_A_SECOND ? leg.wire(Endpoint.ORIGINATOR) : null;
        if (wire == null) {
            sink.attemptsFailedBesides(route.route(), 1);
        } else {
            toldThisSecond++;
            sink.attemptFailed(CapturedRecords.attempt(route.route(), listener, ++number, wire));
        }
    }

    private @Nullable Watched routeOf(FourTuple tuple) {
        for (Watched route : watched) {
            if (route.listenerOf(tuple) != null) {
                return route;
            }
        }
        return null;
    }
}
