package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the two connections that a proxy joined, in a capture that holds both. A connection is held back only while another
 * that could be its partner lives. Two are joined when each is the only one that fits the other by {@link LegMatch}; where
 * several fit, none is joined and the connection is reported as ambiguous.
 *
 * <p>Pass each segment after the tracker of connections has received it. One thread at a time; memory is bounded.
 */
public final class LegJoiner {
    /** How long after the client's SYN a proxy's own SYN may follow. */
    static final long LONGEST_OPENING_NANOS = 1_000_000_000L;
    /** How long after one leg's last segment the other may go on. */
    static final long LONGEST_CLOSING_NANOS = 60_000_000_000L;

    /** Openings towards one host within that time; a connection that more could have caused is not joined. */
    static final int MOST_CANDIDATES = 256;
    /** Openings that are watched at once; a connection beyond that is reported alone. */
    static final int MOST_OPENINGS = 16_384;
    /** Connections held back at once; beyond that, the one held for longest is reported alone. */
    static final int MOST_HELD = 4_096;

    private static final IpAddress THIS_HOST = IpAddress.v6(0, 1);

    /** Receives the decisions. */
    public interface Outlet {
        /** A connection that has no partner; {@code ambiguous} when more than one could be it. */
        void alone(ConnectionFacts facts, boolean ambiguous);

        /** The two legs of a session. */
        void joined(ConnectionFacts client, ConnectionFacts upstream);
    }

    private final Outlet outlet;
    private final Map<FourTuple, Opening> openings = new HashMap<>();
    private final Map<IpAddress, Deque<Opening>> towards = new HashMap<>();
    private final Deque<Opening> held = new ArrayDeque<>();
    private final Deque<Opening> unsettled = new ArrayDeque<>();
    private int holding;
    private long nextSweepNanos = Long.MIN_VALUE;
    private long latestNanos = Long.MIN_VALUE;

    /** Creates a joiner without any connection. */
    public LegJoiner(Outlet outlet) {
        this.outlet = outlet;
    }

    /** Takes a segment of the capture: its time, and a SYN that opens a connection. */
    public void segment(TcpSegment segment) {
        latestNanos = Math.max(latestNanos, segment.atNanos());
        if (segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK)) {
            opened(segment);
        }
    }

    private void opened(TcpSegment syn) {
        sweep(syn.atNanos());
        if (openings.containsKey(syn.tuple()) || openings.size() >= MOST_OPENINGS) {
            return;
        }
        Opening opening = new Opening(syn.tuple(), syn.atNanos());
        link(opening, syn);
        openings.put(syn.tuple(), opening);
        if (towards.size() < MOST_OPENINGS) {
            Deque<Opening> recent = towards.computeIfAbsent(destination(syn), host -> new ArrayDeque<>());
            expire(recent, syn.atNanos());
            recent.addLast(opening);
            if (recent.size() > 2 * MOST_CANDIDATES) {
                recent.removeFirst();
            }
        }
    }

    private void link(Opening upstream, TcpSegment syn) {
        Deque<Opening> candidates = towards.get(source(syn));
        if (candidates == null) {
            return;
        }
        expire(candidates, syn.atNanos());
        if (candidates.size() > MOST_CANDIDATES) {
            upstream.crowded = true;
            return;
        }
        for (Opening client : candidates) {
            if (!client.reported) {
                client.upstreams.add(upstream);
                upstream.clients.add(client);
            }
        }
    }

    private static void expire(Deque<Opening> recent, long nowNanos) {
        while (!recent.isEmpty() && nowNanos - recent.peekFirst().atNanos > LONGEST_OPENING_NANOS) {
            recent.removeFirst();
        }
    }

    /** Takes the facts of a finished connection. */
    public void finished(ConnectionFacts facts) {
        Opening reversed = openings.remove(facts.tuple().reversed());
        if (reversed != null) {
            giveUp(reversed); // Both ends sent a SYN: the other one's leads to these facts.
        }
        Opening opening = openings.remove(facts.tuple());
        Long synAtNanos = facts.handshake().synAtNanos();
        if (opening == null) {
            outlet.alone(facts, false);
            return;
        }
        if (synAtNanos == null || opening.atNanos != synAtNanos) {
            giveUp(opening);
            outlet.alone(facts, false);
            return;
        }
        opening.facts = facts;
        prune(opening, facts);
        unsettled.add(opening);
        settle();
        hold(opening);
    }

    /** Removes the finished connections that do not fit it. */
    private void prune(Opening opening, ConnectionFacts facts) {
        for (Iterator<Opening> each = opening.upstreams.iterator(); each.hasNext(); ) {
            Opening upstream = each.next();
            if (upstream.facts != null && !LegMatch.fitsAtEnd(facts, upstream.facts, latestNanos)) {
                each.remove();
                upstream.clients.remove(opening);
                unsettled.add(upstream);
            }
        }
        for (Iterator<Opening> each = opening.clients.iterator(); each.hasNext(); ) {
            Opening client = each.next();
            if (client.facts != null && !LegMatch.fitsAtEnd(client.facts, facts, latestNanos)) {
                each.remove();
                client.upstreams.remove(opening);
                unsettled.add(client);
            }
        }
    }

    private void hold(Opening opening) {
        if (opening.reported) {
            return;
        }
        opening.held = true;
        held.addLast(opening);
        holding++;
        while (holding > MOST_HELD) {
            giveUp(held.removeFirst());
        }
        if (held.size() > 2 * MOST_HELD) {
            held.removeIf(each -> each.reported);
        }
    }

    /** The time is this, though no SYN may have come: what has waited for too long is reported. */
    public void advanceTo(long nowNanos) {
        sweep(nowNanos);
    }

    /** Reports the connections that have waited for longer than the ends of two legs of one session can be apart. */
    private void sweep(long nowNanos) {
        if (nowNanos < nextSweepNanos) {
            return;
        }
        nextSweepNanos = nowNanos + LONGEST_OPENING_NANOS;
        for (Opening first = held.peekFirst(); first != null; first = held.peekFirst()) {
            ConnectionFacts facts = first.facts;
            if (!first.reported && facts != null && nowNanos - facts.lastAtNanos() <= LONGEST_CLOSING_NANOS) {
                break;
            }
            giveUp(held.removeFirst());
        }
        towards.values().removeIf(recent -> {
            expire(recent, nowNanos);
            return recent.isEmpty();
        });
    }

    /**
     * The two legs of a session that lives, by what they show so far; null where none fits this connection, or more than one
     * does: the rule for those that have ended.
     *
     * @param tuple of either leg, from its originator
     * @param living what a connection that lives shows; null where that is not known, so that it could be any
     */
    public @Nullable JoinedLegs living(
            FourTuple tuple, Function<FourTuple, @Nullable ConnectionFacts> living, long nowNanos) {
        Opening opening = openings.get(tuple);
        Opening partner = opening == null ? null : onlyFit(opening, living, nowNanos);
        if (opening == null || partner == null || !opening.equals(onlyFit(partner, living, nowNanos))) {
            return null;
        }
        ConnectionFacts own = opening.facts == null ? living.apply(opening.tuple) : null;
        ConnectionFacts other = partner.facts == null ? living.apply(partner.tuple) : null;
        if (own == null || other == null) {
            return null;
        }
        return opening.upstreams.contains(partner) ? new JoinedLegs(own, other) : new JoinedLegs(other, own);
    }

    /** The only one that fits it; at the second that does, no further one is looked at. */
    private static @Nullable Opening onlyFit(
            Opening opening, Function<FourTuple, @Nullable ConnectionFacts> living, long nowNanos) {
        if (opening.crowded) {
            return null;
        }
        Opening fitting = null;
        for (Opening upstream : opening.upstreams) {
            if (canFit(opening, upstream, living, nowNanos)) {
                if (fitting != null) {
                    return null;
                }
                fitting = upstream;
            }
        }
        for (Opening client : opening.clients) {
            if (canFit(client, opening, living, nowNanos)) {
                if (fitting != null) {
                    return null;
                }
                fitting = client;
            }
        }
        return fitting;
    }

    private static boolean canFit(
            Opening first, Opening second, Function<FourTuple, @Nullable ConnectionFacts> living, long nowNanos) {
        ConnectionFacts client = first.facts(living);
        ConnectionFacts upstream = second.facts(living);
        return client == null
                || upstream == null
                || ((first.facts == null || LegMatch.openedInTime(client, upstream))
                        && LegMatch.fits(client, upstream, nowNanos));
    }

    /** Stops waiting for a partner, which may go on for too long, and reports the connection. */
    private void giveUp(Opening opening) {
        if (!opening.reported) {
            for (Opening upstream : opening.upstreams) {
                upstream.clients.remove(opening);
                unsettled.add(upstream);
            }
            for (Opening client : opening.clients) {
                client.upstreams.remove(opening);
                unsettled.add(client);
            }
            opening.upstreams.clear();
            opening.clients.clear();
            unsettled.add(opening);
            settle();
        }
    }

    /** Reports all that is held. The capture is over, and {@link #finished} was called for every connection. */
    public void finish() {
        while (!held.isEmpty()) {
            giveUp(held.removeFirst());
        }
        openings.clear();
        towards.clear();
    }

    private void settle() {
        for (Opening next = unsettled.poll(); next != null; next = unsettled.poll()) {
            settle(next);
        }
    }

    private void settle(Opening opening) {
        ConnectionFacts facts = opening.facts;
        if (opening.reported || facts == null) {
            return;
        }
        if (!opening.crowded && opening.partners() == 1) {
            Opening partner = opening.partner();
            ConnectionFacts other = partner.facts;
            if (other == null) {
                return;
            }
            if (!partner.reported && !partner.crowded && partner.partners() == 1) {
                join(opening, facts, partner, other);
                return;
            }
            if (!partner.reported && !partner.decided()) {
                return;
            }
        } else if (!opening.crowded && !opening.decided()) {
            return;
        }
        markReported(opening);
        outlet.alone(facts, opening.crowded || opening.partners() > 0);
    }

    private void join(Opening opening, ConnectionFacts facts, Opening partner, ConnectionFacts other) {
        markReported(opening);
        markReported(partner);
        if (opening.clients.isEmpty()) {
            outlet.joined(facts, other);
        } else {
            outlet.joined(other, facts);
        }
    }

    private void markReported(Opening opening) {
        opening.reported = true;
        holding -= opening.held ? 1 : 0;
        unsettled.addAll(opening.upstreams);
        unsettled.addAll(opening.clients);
    }

    /** Whose SYN reaches this host, or which host it reaches. */
    private static IpAddress destination(TcpSegment syn) {
        IpAddress address = syn.tuple().destination();
        return syn.direction() == Direction.INCOMING || loopback(address) ? THIS_HOST : address;
    }

    private static IpAddress source(TcpSegment syn) {
        IpAddress address = syn.tuple().source();
        return syn.direction() == Direction.OUTGOING || loopback(address) ? THIS_HOST : address;
    }

    private static boolean loopback(IpAddress address) {
        return address.v6() ? address.equals(THIS_HOST) : address.low() >>> 24 == 127;
    }

    /** A connection from its SYN on, and those that could be the other leg of its session. */
    private static final class Opening {
        final FourTuple tuple;
        final long atNanos;
        final List<Opening> clients = new ArrayList<>(0);
        final List<Opening> upstreams = new ArrayList<>(0);

        @Nullable
        ConnectionFacts facts;

        boolean crowded;
        boolean held;
        boolean reported;

        Opening(FourTuple tuple, long atNanos) {
            this.tuple = tuple;
            this.atNanos = atNanos;
        }

        /** What it shows, or showed when it ended. */
        @Nullable
        ConnectionFacts facts(Function<FourTuple, @Nullable ConnectionFacts> living) {
            ConnectionFacts ended = facts;
            return ended == null ? living.apply(tuple) : ended;
        }

        int partners() {
            return clients.size() + upstreams.size();
        }

        Opening partner() {
            return clients.isEmpty() ? upstreams.get(0) : clients.get(0);
        }

        /** Whether all that could fit are finished, so that their number will not fall any more. */
        boolean decided() {
            return finished(clients) && finished(upstreams);
        }

        private static boolean finished(List<Opening> some) {
            for (Opening each : some) {
                if (each.facts == null) {
                    return false;
                }
            }
            return true;
        }
    }
}
