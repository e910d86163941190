package dev.finspect.wire;

import dev.finspect.tcp.TcpFlags;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads one IP packet into a {@link SynSegment} (RFC 791, RFC 8200 section 4, RFC 9293 section 3.1). */
final class SynDecoder {
    private static final int PROTOCOL_TCP = 6;

    /** The packet, big-endian, from its first byte to the limit. */
    private final ByteBuffer packet;

    private SynDecoder(ByteBuffer ipPacket) {
        packet = ipPacket.slice().order(ByteOrder.BIG_ENDIAN);
    }

    static @Nullable SynSegment decode(ByteBuffer ipPacket) {
        SynDecoder decoder = new SynDecoder(ipPacket);
        if (!decoder.has(0, 1)) {
            return null;
        }
        return switch (decoder.u8(0) >> 4) {
            case 4 -> decoder.version4();
            case 6 -> decoder.version6();
            default -> null;
        };
    }

    private @Nullable SynSegment version4() {
        if (!has(0, 20)) {
            return null;
        }
        int headerBytes = (u8(0) & 0xf) * 4;
        boolean laterFragment = (u16(6) & 0x1fff) != 0;
        if (headerBytes < 20 || laterFragment || u8(9) != PROTOCOL_TCP) {
            return null;
        }
        return tcp(headerBytes, u8(8));
    }

    private @Nullable SynSegment version6() {
        if (!has(0, 40)) {
            return null;
        }
        int next = u8(6);
        int at = 40;
        while (next != PROTOCOL_TCP) {
            int length = has(at, 8) ? extensionBytes(next, at) : Ipv6Extension.NONE;
            if (length == Ipv6Extension.NONE) {
                return null;
            }
            next = u8(at);
            at += length;
        }
        return tcp(at, u8(7));
    }

    /** Only the first fragment has the TCP header. */
    private int extensionBytes(int kind, int at) {
        boolean laterFragment = kind == Ipv6Extension.FRAGMENT && (u16(at + 2) & 0xfff8) != 0;
        return laterFragment ? Ipv6Extension.NONE : Ipv6Extension.lengthBytes(kind, u8(at + 1));
    }

    private @Nullable SynSegment tcp(int at, int ttl) {
        if (!has(at, 20)) {
            return null;
        }
        int headerBytes = (u8(at + 12) >> 4) * 4;
        boolean syn = (u8(at + 13) & (TcpFlags.SYN | TcpFlags.ACK)) == TcpFlags.SYN;
        if (headerBytes < 20 || !syn || !has(at, headerBytes)) {
            return null;
        }
        TcpOptions options = new TcpOptionsDecoder().decode(packet, at + 20, at + headerBytes, packet.limit());
        return new SynSegment(
                packet.getInt(at + 4) & 0xffffffffL,
                u16(at + 14),
                ttl,
                present(options.mssBytes()),
                present(options.windowScale()),
                options.sackPermitted(),
                options.timestamps() ? Long.valueOf(options.timestampValue() & 0xffffffffL) : null);
    }

    private static @Nullable Integer present(int value) {
        return value == TcpOptions.ABSENT ? null : Integer.valueOf(value);
    }

    private boolean has(int at, int bytes) {
        return at + bytes <= packet.limit();
    }

    private int u8(int at) {
        return packet.get(at) & 0xff;
    }

    private int u16(int at) {
        return packet.getShort(at) & 0xffff;
    }
}
