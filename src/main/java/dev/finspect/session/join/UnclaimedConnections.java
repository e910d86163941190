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
 * The captured connections that no session has claimed yet, oldest first. Each is later claimed by a session, reported as a
 * failed attempt, or forgotten. Bounded: a flood of SYNs pushes the oldest out. Confined to the capture's thread.
 */
final class UnclaimedConnections {
    /** How many are followed at once. */
    static final int MOST = 4096;

    /** How many failed attempts are reported within a second; the others are only counted. */
    static final int MOST_REPORTED_PER_SECOND = 100;

    /** No segment follows an RST. This time is left for an accept() that is under way. */
    static final long AFTER_RESET_NANOS = 1_000_000_000L;
    /** An unfinished handshake is given up after this silence. It is longer than the first five retransmissions take. */
    static final long UNFINISHED_NANOS = 6_000_000_000L;
    /** How long a connection is kept: it can wait in the backlog, and a retransmission after its report must not add another. */
    static final long FINISHED_NANOS = 130_000_000_000L;

    /** How long a connection of another program to an upstream is followed. */
    static final long OTHERS_NANOS = 15_000_000_000L;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long LOOK_NANOS = 250_000_000L;

    /** If the next look is further ahead than packets can be late, the wall clock was set back. */
    private static final long SET_BACK_NANOS = SECOND_NANOS;

    private final WireLegs legs;
    private final SessionSink sink;
    private final Set<WireLeg> waiting = new LinkedHashSet<>();
    private List<CapturedRoute> routes = List.of();
    private long nextLookNanos;
    private long secondBeganNanos;
    private int reportedThisSecond;
    private long number;

    UnclaimedConnections(WireLegs legs, SessionSink sink, long firstNumber) {
        this.number = firstNumber;
        this.legs = legs;
        this.sink = sink;
    }

    /** Sets the routes whose listeners are captured. */
    void watch(List<CapturedRoute> captured) {
        routes = captured;
    }

    /** Adds a connection that has just begun. */
    void began(WireLeg leg, long nowNanos) {
        if (waiting.size() >= MOST) {
            pushOut(nowNanos);
        }
        waiting.add(leg);
    }

    /** Removes a connection that a session has claimed. */
    void claimed(WireLeg leg) {
        waiting.remove(leg);
    }

    /** Checks each connection, a few times a second: reports failed attempts and forgets what is over. */
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
                report(leg, nowNanos);
                forget(leg);
            } else if (isOthers(leg, nowNanos)) {
                each.remove();
                forget(leg);
            } else if (!leg.attemptReported && isFailed(leg, nowNanos)) {
                report(leg, nowNanos);
            }
        }
    }

    /**
     * The only unclaimed connection to this address that began in this time and was not established; null when there is none
     * or there are several.
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

    /** Forgets all connections. */
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

    /** Whether another program opened it to an upstream. finspect reports its own connections at once. */
    private boolean isOthers(WireLeg leg, long nowNanos) {
        return nowNanos - leg.followedSinceNanos() >= OTHERS_NANOS && leg.established() && routeOf(leg.tuple()) == null;
    }

    private void pushOut(long nowNanos) {
        Iterator<WireLeg> oldestFirst = waiting.iterator();
        WireLeg oldest = oldestFirst.next();
        oldestFirst.remove();
        // A connection whose handshake has finished waits for accept(). It did not fail.
        if (!oldest.established() || oldest.resetByResponder()) {
            report(oldest, nowNanos);
        }
        forget(oldest);
    }

    private void forget(WireLeg leg) {
        legs.remove(leg);
        leg.forgetHeaders();
    }

    private void report(WireLeg leg, long nowNanos) {
        if (leg.attemptReported) {
            return;
        }
        leg.attemptReported = true;
        CapturedRoute route = routeOf(leg.tuple());
        InetSocketAddress listener = route == null ? null : route.listenerOf(leg.tuple());
        if (route == null || listener == null || leg.outgoing()) {
            return;
        }
        if (Math.abs(nowNanos - secondBeganNanos) >= SECOND_NANOS) {
            secondBeganNanos = nowNanos;
            reportedThisSecond = 0;
        }
        LegWire wire = reportedThisSecond < MOST_REPORTED_PER_SECOND ? leg.wire(Endpoint.ORIGINATOR) : null;
        if (wire == null) {
            sink.attemptsFailedBesides(route.route(), 1);
        } else {
            reportedThisSecond++;
            sink.attemptFailed(CapturedRecords.attempt(route.route(), listener, ++number, wire));
        }
    }

    private @Nullable CapturedRoute routeOf(FourTuple tuple) {
        for (CapturedRoute route : routes) {
            if (route.listenerOf(tuple) != null) {
                return route;
            }
        }
        return null;
    }
}
