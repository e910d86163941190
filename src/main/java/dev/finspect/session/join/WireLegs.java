package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections that the capture follows, found by addresses and ports. Two of them can have the same: one after the other
 * when a port is used again, or both legs of one session under interception. The segment's numbers and its interface then
 * decide which one it belongs to. Under a local REDIRECT the answers have the redirected address; they are found by the
 * originator's end and their numbers. Confined to the capture's thread.
 */
final class WireLegs {
    private final LegChains byTuple = new LegChains(new LegChains.Link() {
        @Override
        public FourTuple key(WireLeg leg) {
            return leg.tuple();
        }

        @Override
        public @Nullable WireLeg elder(WireLeg leg) {
            return leg.elder;
        }

        @Override
        public void elder(WireLeg leg, @Nullable WireLeg elder) {
            leg.elder = elder;
        }
    });

    private final LegChains byOriginator = new LegChains(new LegChains.Link() {
        @Override
        public FourTuple key(WireLeg leg) {
            return originator(leg.tuple());
        }

        @Override
        public @Nullable WireLeg elder(WireLeg leg) {
            return leg.elderOfOriginator;
        }

        @Override
        public void elder(WireLeg leg, @Nullable WireLeg elder) {
            leg.elderOfOriginator = elder;
        }
    });

    private int size;

    /** The connection that a segment belongs to; null when none is followed that it fits. */
    @Nullable
    WireLeg find(TcpSegment segment) {
        WireLeg newestOfTuple = byTuple.newest(segment.tuple());
        if (WireLeg.isSyn(segment)) {
            return bySyn(newestOfTuple, segment);
        }
        WireLeg newestOfReversed = byTuple.newest(segment.tuple().reversed());
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
        WireLeg candidate = byOriginator.newest(originator(segment.tuple().reversed()));
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

    /** The oldest unclaimed connection that can be the leg of this key; null when there is none. */
    @Nullable
    WireLeg unclaimed(LegKey key) {
        WireLeg oldest = null;
        for (WireLeg candidate = byTuple.newest(key.tuple()); candidate != null; candidate = candidate.elder) {
            if (candidate.leg() == null && candidate.canBe(key)) {
                oldest = candidate;
            }
        }
        return oldest;
    }

    /** All connections that an ICMP error's quote can mean. */
    List<WireLeg> quoted(IcmpError error) {
        List<WireLeg> all = new ArrayList<>(2);
        for (FourTuple either : List.of(error.quoted(), error.quoted().reversed())) {
            for (WireLeg leg = byTuple.newest(either); leg != null; leg = leg.elder) {
                if (leg.canHaveSent(error)) {
                    all.add(leg);
                }
            }
        }
        return all;
    }

    void add(WireLeg leg) {
        byTuple.add(leg);
        byOriginator.add(leg);
        size++;
    }

    void remove(WireLeg leg) {
        byOriginator.remove(leg);
        if (byTuple.remove(leg)) {
            size--;
        }
    }

    /** Forgets all of them. */
    void clear() {
        byTuple.clear();
        byOriginator.clear();
        size = 0;
    }

    /** All that are followed, in no order. */
    List<WireLeg> all() {
        List<WireLeg> all = new ArrayList<>(size);
        for (WireLeg head : byTuple.newest()) {
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
