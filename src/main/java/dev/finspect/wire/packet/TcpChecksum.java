package dev.finspect.wire.packet;

import dev.finspect.wire.TcpSegment.Checksum;

/** Verifies TCP's checksum, which includes a pseudo header of the IP header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
final class TcpChecksum {
    private static final int CHECKSUM_AT = 16;
    private static final int ALL_ONES = 0xffff;

    private TcpChecksum() {}

    /** Verifies a segment whose fixed header was captured. */
    static Checksum verify(PacketBytes packet, IpHeader ip) {
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
        return isOffloaded(field, pseudo, addresses) ? Checksum.NOT_VERIFIED : Checksum.WRONG;
    }

    /** With checksum offload, the kernel writes the sum of the pseudo header only; some leave out its length. */
    private static boolean isOffloaded(int field, long pseudo, long withoutLength) {
        return field == InternetChecksum.fold(pseudo) || field == InternetChecksum.fold(withoutLength);
    }

    private static long words(long bits) {
        return (bits >>> 32) + (bits & 0xffffffffL);
    }
}
