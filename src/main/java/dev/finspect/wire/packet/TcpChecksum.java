package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Checksum;

/** Judges TCP's checksum, which covers a part of the IP header too (RFC 9293 section 3.1, RFC 8200 section 8.1). */
final class TcpChecksum {
    private static final int CHECKSUM_AT = 16;
    private static final int ALL_ONES = 0xffff;

    private TcpChecksum() {}

    /** For a segment whose fixed header was captured. */
    static Checksum verify(Packet packet, IpHeader ip) {
        int at = ip.payloadAt;
        int segmentBytes = ip.end - at;
        if (ip.fragment || ip.routed || !packet.has(at, segmentBytes)) {
            return Checksum.NOT_VERIFIED;
        }
        long addresses = words(ip.sourceHigh)
                + words(ip.sourceLow)
                + words(ip.destinationHigh)
                + words(ip.destinationLow)
                + TcpLayer.PROTOCOL;
        long pseudo = addresses + segmentBytes;
        long all = pseudo + InternetChecksum.sum(packet.bytes(), at, at + segmentBytes);
        if (InternetChecksum.fold(all) == ALL_ONES) {
            return Checksum.RIGHT;
        }
        int field = packet.u16(at + CHECKSUM_AT);
        return leftToTheCard(field, pseudo, addresses) ? Checksum.NOT_VERIFIED : Checksum.WRONG;
    }

    /** A kernel that leaves the sum to its network card writes that of the pseudo header, some without the length. */
    private static boolean leftToTheCard(int field, long pseudo, long withoutLength) {
        return field == InternetChecksum.fold(pseudo) || field == InternetChecksum.fold(withoutLength);
    }

    private static long words(long bits) {
        return (bits >>> 32) + (bits & 0xffffffffL);
    }
}
