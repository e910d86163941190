package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.IcmpError;
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

    /** An answer from another address: the connection of the end it goes to whose numbers it fits best, if any. */
    private @Nullable WireLeg redirected(TcpSegment segment) {
        WireLeg best = null;
        long leastMisfit = WireLeg.WINDOW_BYTES;
        WireLeg candidate = newestByOriginator.get(originator(segment.tuple().reversed()));
        for (; candidate != null; candidate = candidate.elderOfOriginator) {
            long misfit = candidate.misfit(segment);
            if (misfit < leastMisfit) {
                best = candidate;
                leastMisfit = misfit;
            }
        }
        return best;
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

    /** All connections that an ICMP error's quote can mean. */
    List<WireLeg> quoted(IcmpError error) {
        List<WireLeg> all = new ArrayList<>(2);
        for (FourTuple either : List.of(error.quoted(), error.quoted().reversed())) {
            for (WireLeg leg = newest.get(either); leg != null; leg = leg.elder) {
                if (leg.canHaveSent(error)) {
                    all.add(leg);
                }
            }
        }
        return all;
    }

    void add(WireLeg leg) {
        leg.elder = newest.put(leg.tuple(), leg);
        leg.elderOfOriginator = newestByOriginator.put(originator(leg.tuple()), leg);
        size++;
    }

    void remove(WireLeg leg) {
        removeFromOriginator(leg);
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

    private void removeFromOriginator(WireLeg leg) {
        FourTuple end = originator(leg.tuple());
        WireLeg head = newestByOriginator.get(end);
        if (head != leg) {
            WireLeg at = head;
            while (at != null && at.elderOfOriginator != leg) {
                at = at.elderOfOriginator;
            }
            if (at != null) {
                at.elderOfOriginator = leg.elderOfOriginator;
            }
        } else if (leg.elderOfOriginator == null) {
            newestByOriginator.remove(end);
        } else {
            newestByOriginator.put(end, leg.elderOfOriginator);
        }
    }

    /** Forgets all of them. */
    void clear() {
        newest.clear();
        newestByOriginator.clear();
        size = 0;
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
