package dev.finspect.wire.packet;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpOptionsDecoder;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Checksum;
import dev.finspect.wire.Undecoded;

/** Decodes TCP headers (RFC 9293 section 3.1). */
final class TcpLayer {
    static final int PROTOCOL = 6;

    private static final int HEADER_BYTES = 20;
    private static final int FLAG_BITS = 0x1ff;

    private final FourTuples tuples;
    private final boolean verifyChecksums;
    private final TcpOptionsDecoder options = new TcpOptionsDecoder();

    TcpLayer(FourTuples tuples, boolean verifyChecksums) {
        this.tuples = tuples;
        this.verifyChecksums = verifyChecksums;
    }

    Decoded decode(PacketBytes packet, IpHeader ip) {
        return decode(packet, ip, FLAG_BITS);
    }

    /** Decodes the beginning of a segment whose end never came: what would close the connection did not arrive. */
    Decoded decodeBeginning(PacketBytes packet, IpHeader ip) {
        return decode(packet, ip, FLAG_BITS & ~(TcpFlags.FIN | TcpFlags.RST));
    }

    private Decoded decode(PacketBytes packet, IpHeader ip, int flagBits) {
        int at = ip.payloadAt;
        int segmentBytes = ip.end - at;
        if (segmentBytes < HEADER_BYTES) {
            return Undecoded.TCP_TOO_SHORT;
        }
        if (!packet.has(at, HEADER_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        int offsetAndFlags = packet.u16(at + 12);
        int headerBytes = (offsetAndFlags >> 12) * 4;
        if (headerBytes < HEADER_BYTES || headerBytes > segmentBytes) {
            return Undecoded.BAD_DATA_OFFSET;
        }
        TcpOptions read = options.decode(packet.bytes(), at + HEADER_BYTES, at + headerBytes, packet.end());
        return new TcpSegment(
                packet.atNanos,
                packet.interfaceId,
                packet.direction,
                tuples.of(ip, packet.i32(at)),
                ip.ttl,
                ip.totalBytes,
                packet.i32(at + 4),
                packet.i32(at + 8),
                offsetAndFlags & flagBits,
                packet.u16(at + 14),
                segmentBytes - headerBytes,
                packet.u16(at + 18),
                read,
                verifyChecksums ? TcpChecksum.verify(packet, ip) : Checksum.NOT_VERIFIED,
                packet.network.network());
    }
}
