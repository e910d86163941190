package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Direction;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which fragments of one IP packet have come, and the first bytes of what it carries. A fragment that contradicts earlier ones is
 * left out; overlapping ones count once.
 */
final class PartialPacket {
    private static final int HEAD_BYTES = 60;
    private static final int UNIT_BYTES = 8;
    private static final int MOST_BYTES = 65_535;
    private static final int UNKNOWN = -1;

    private final byte[] head = new byte[HEAD_BYTES];
    private final BitSet headBytes = new BitSet(HEAD_BYTES);
    private final BitSet units = new BitSet();
    private int totalBytes = UNKNOWN;

    /** Time of the fragment that came first. */
    final long sinceNanos;

    /** Time and direction of its first byte, once that has come. */
    long firstAtNanos;

    Direction direction = Direction.UNKNOWN;

    int ttl;
    /** Length of the headers that each fragment repeats, without that of the fragment itself. */
    int headerBytes;

    PartialPacket(long sinceNanos) {
        this.sinceNanos = sinceNanos;
    }

    /** Adds a fragment from its header and captured bytes. */
    void add(PacketBytes packet, IpHeader ip) {
        int from = ip.fragmentOffset;
        int bytes = ip.end - ip.payloadAt;
        bytes = ip.moreFragments ? bytes / UNIT_BYTES * UNIT_BYTES : bytes;
        int to = from + bytes;
        if (bytes <= 0 || to > MOST_BYTES || contradicts(to, ip.moreFragments)) {
            return;
        }
        if (!ip.moreFragments) {
            totalBytes = to;
        }
        units.set(from / UNIT_BYTES, units(to));
        if (from == 0) {
            firstAtNanos = packet.atNanos;
            direction = packet.direction;
            ttl = ip.ttl;
            headerBytes = ip.unfragmentedBytes;
        }
        for (int i = from; i < Math.min(to, HEAD_BYTES) && packet.has(ip.payloadAt + i - from, 1); i++) {
            head[i] = (byte) packet.u8(ip.payloadAt + i - from);
            headBytes.set(i);
        }
    }

    private boolean contradicts(int to, boolean more) {
        if (totalBytes != UNKNOWN) {
            return more ? to > totalBytes : to != totalBytes;
        }
        return !more && units(to) < units.length();
    }

    private static int units(int bytes) {
        return (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }

    boolean isWhole() {
        return totalBytes != UNKNOWN && units.nextClearBit(0) >= units(totalBytes);
    }

    boolean hasBeginning() {
        return units.get(0);
    }

    /** How many bytes have come without a gap, from the first on. */
    int bytesWithoutGap() {
        int bytes = units.nextClearBit(0) * UNIT_BYTES;
        return totalBytes == UNKNOWN ? bytes : Math.min(bytes, totalBytes);
    }

    /** The first bytes as far as they were captured. */
    byte[] head() {
        return Arrays.copyOf(head, headBytes.nextClearBit(0));
    }
}
