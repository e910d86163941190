package dev.finspect.wire.packet;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import org.jspecify.annotations.Nullable;

/** A cache of recent four-tuples, so that the segments of a connection share one object; older entries are overwritten. */
final class FourTuples {
    private static final int SLOTS = 4096;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final @Nullable FourTuple[] recent = new @Nullable FourTuple[SLOTS];

    /**
     * Returns the tuple of this header.
     *
     * @param ports the source port in the upper 16 bits, the destination port in the lower
     */
    FourTuple of(IpHeader ip, int ports) {
        long hash = (ip.sourceLow ^ Long.rotateLeft(ip.destinationLow, 32) ^ ports) * MIX
                ^ (ip.sourceHigh + Long.rotateLeft(ip.destinationHigh, 32)) * MIX;
        int slot = (int) (hash >>> 48) & (SLOTS - 1);
        FourTuple known = recent[slot];
        if (known != null && same(known, ip, ports)) {
            return known;
        }
        FourTuple made = new FourTuple(
                ip.source(), ports >>> 16, new IpAddress(ip.v6, ip.destinationHigh, ip.destinationLow), ports & 0xffff);
        recent[slot] = made;
        return made;
    }

    private static boolean same(FourTuple known, IpHeader ip, int ports) {
        return same(known.source(), ip.v6, ip.sourceHigh, ip.sourceLow)
                && same(known.destination(), ip.v6, ip.destinationHigh, ip.destinationLow)
                && known.sourcePort() == ports >>> 16
                && known.destinationPort() == (ports & 0xffff);
    }

    private static boolean same(IpAddress known, boolean v6, long high, long low) {
        return known.low() == low && known.high() == high && known.v6() == v6;
    }
}
