package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections that the capture follows, found by addresses and ports. Two of them can have the same: one after the other
 * when a port is used again, and both legs of one session under interception; the segment's numbers and its interface tell
 * which it belongs to. Under a local REDIRECT the answers bear the address that was redirected, so that they are found by the
 * originator's end and their numbers. Confined to the capture's thread.
 */
final class WireLegs {
    private final Map<FourTuple, WireLeg> newest = new HashMap<>();
    private final Map<FourTuple, WireLeg> newestByOriginator = new HashMap<>();
    private int size;

    /** The connection that a segment belongs to; null when none is followed that it fits. */
    @Nullable
    WireLeg find(TcpSegment segment) {
        WireLeg newestOfTuple = newest.get(segment.tuple());
        if (WireLeg.isSyn(segment)) {
            return bySyn(newestOfTuple, segment);
        }
        WireLeg newestOfReversed = newest.get(segment.tuple().reversed());
        WireLeg best = null;
        long leastMisfit = WireLeg.ALIEN;
        for (WireLeg head : new WireLeg[] {newestOfTuple, newestOfReversed}) {
            for (WireLeg candidate = head; candidate != null; candidate = candidate.elder) {
                long misfit = candidate.misfit(segment);
                if (misfit < leastMisfit) {
                    best = candidate;
                    leastMisfit = misfit;
                }
            }
        }
        return best == null ? redirected(segment) : best;
    }

    /** An answer from another address: the newest connection of the end it goes to, if its numbers are of that one. */
    private @Nullable WireLeg redirected(TcpSegment segment) {
        WireLeg candidate = newestByOriginator.get(originator(segment.tuple().reversed()));
        return candidate != null && candidate.misfit(segment) < WireLeg.WINDOW_BYTES ? candidate : null;
    }

    private static FourTuple originator(FourTuple tuple) {
        return new FourTuple(tuple.source(), tuple.sourcePort(), tuple.source(), 0);
    }

    /** A SYN belongs to the connection that it began, or to one that was claimed before its SYN came, in their order. */
    private static @Nullable WireLeg bySyn(@Nullable WireLeg head, TcpSegment segment) {
        WireLeg oldest = null;
        for (WireLeg candidate = head; candidate != null; candidate = candidate.elder) {
            if (candidate.beganWith(segment.sequenceNumber())) {
                return candidate;
            }
            if (candidate.awaits(segment)) {
                oldest = candidate;
            }
        }
        return oldest;
    }

    /** The oldest connection that nobody has claimed yet and that is meant. */
    @Nullable
    WireLeg unclaimed(Claim claim) {
        WireLeg oldest = null;
        for (WireLeg candidate = newest.get(claim.tuple()); candidate != null; candidate = candidate.elder) {
            if (candidate.leg() == null && candidate.canBe(claim)) {
                oldest = candidate;
            }
        }
        return oldest;
    }

    /** The only connection that nobody has claimed, to this end and begun in this time; null when there is none or several. */
    @Nullable
    WireLeg onlyUnclaimedTo(IpAddress address, int port, long fromNanos, long toNanos) {
        WireLeg only = null;
        for (WireLeg leg : all()) {
            FourTuple tuple = leg.tuple();
            boolean fits = leg.leg() == null
                    && tuple.destinationPort() == port
                    && tuple.destination().equals(address)
                    && leg.bornAtNanos() >= fromNanos
                    && leg.bornAtNanos() <= toNanos;
            if (fits && only != null) {
                return null;
            }
            only = fits ? leg : only;
        }
        return only;
    }

    /** All connections that an ICMP error's quote can mean. */
    List<WireLeg> ofPorts(FourTuple tuple) {
        List<WireLeg> all = new ArrayList<>(2);
        for (FourTuple either : List.of(tuple, tuple.reversed())) {
            for (WireLeg leg = newest.get(either); leg != null; leg = leg.elder) {
                all.add(leg);
            }
        }
        return all;
    }

    void add(WireLeg leg) {
        leg.elder = newest.put(leg.tuple(), leg);
        newestByOriginator.put(originator(leg.tuple()), leg);
        size++;
    }

    void remove(WireLeg leg) {
        newestByOriginator.remove(originator(leg.tuple()), leg);
        WireLeg head = newest.get(leg.tuple());
        if (head == leg) {
            if (leg.elder == null) {
                newest.remove(leg.tuple());
            } else {
                newest.put(leg.tuple(), leg.elder);
            }
            size--;
            return;
        }
        for (WireLeg at = head; at != null; at = at.elder) {
            if (at.elder == leg) {
                at.elder = leg.elder;
                size--;
                return;
            }
        }
    }

    /** All that are followed, in no order. */
    List<WireLeg> all() {
        List<WireLeg> all = new ArrayList<>(size);
        for (WireLeg head : newest.values()) {
            for (WireLeg leg = head; leg != null; leg = leg.elder) {
                all.add(leg);
            }
        }
        return all;
    }

    int size() {
        return size;
    }
}
