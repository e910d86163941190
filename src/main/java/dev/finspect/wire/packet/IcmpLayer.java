package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.IcmpError.Kind;
import dev.finspect.wire.Undecoded;
import org.jspecify.annotations.Nullable;

/** Decodes ICMP and ICMPv6 errors that quote a TCP segment (RFC 792, RFC 1191, RFC 4443). */
final class IcmpLayer {
    private static final int HEADER_BYTES = 8;
    private static final int PORTS_BYTES = 4;

    private final FourTuples tuples;
    private final IpHeader quoted = new IpHeader();

    IcmpLayer(FourTuples tuples) {
        this.tuples = tuples;
    }

    Decoded decode(PacketBytes packet, IpHeader ip) {
        int at = ip.payloadAt;
        if (!packet.has(at, HEADER_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        int type = packet.u8(at);
        int code = packet.u8(at + 1);
        Kind kind = ip.v6 ? kindV6(type, code) : kindV4(type, code);
        if (kind == null) {
            return Undecoded.NOT_TCP;
        }
        Undecoded reason = quoted.read(packet, at + HEADER_BYTES);
        if (reason != null) {
            return reason == Undecoded.CUT_OFF ? Undecoded.ICMP_QUOTE_TOO_SHORT : reason;
        }
        if (quoted.protocol != TcpLayer.PROTOCOL || quoted.laterFragment) {
            return Undecoded.NOT_TCP;
        }
        int tcpAt = quoted.payloadAt;
        int quoteEnd = Math.min(ip.end, packet.end());
        if (quoteEnd - tcpAt < PORTS_BYTES) {
            return Undecoded.ICMP_QUOTE_TOO_SHORT;
        }
        return new IcmpError(
                packet.atNanos,
                packet.interfaceId,
                packet.direction,
                ip.source(),
                kind,
                type,
                code,
                kind == Kind.FRAGMENTATION_NEEDED ? mtu(packet, at, ip.v6) : IcmpError.ABSENT,
                tuples.of(quoted, packet.i32(tcpAt)),
                quoteEnd - tcpAt >= PORTS_BYTES + Integer.BYTES ? packet.i32(tcpAt + PORTS_BYTES) : null);
    }

    private static int mtu(PacketBytes packet, int at, boolean v6) {
        long mtu = v6 ? packet.i32(at + 4) & 0xffffffffL : packet.u16(at + 6);
        return mtu == 0 ? IcmpError.ABSENT : (int) Math.min(Integer.MAX_VALUE, mtu);
    }

    private static @Nullable Kind kindV4(int type, int code) {
        return switch (type) {
            case 3 -> unreachableV4(code);
            case 4 -> Kind.SOURCE_QUENCH;
            case 5 -> Kind.REDIRECT;
            case 11 -> code == 1 ? Kind.REASSEMBLY_TIME_EXCEEDED : Kind.TIME_EXCEEDED;
            case 12 -> Kind.PARAMETER_PROBLEM;
            default -> null;
        };
    }

    private static Kind unreachableV4(int code) {
        return switch (code) {
            case 0, 6, 11 -> Kind.NETWORK_UNREACHABLE;
            case 1, 7, 8, 12 -> Kind.HOST_UNREACHABLE;
            case 2 -> Kind.PROTOCOL_UNREACHABLE;
            case 3 -> Kind.PORT_UNREACHABLE;
            case 4 -> Kind.FRAGMENTATION_NEEDED;
            case 5 -> Kind.SOURCE_ROUTE_FAILED;
            case 9, 10, 13 -> Kind.ADMINISTRATIVELY_PROHIBITED;
            default -> Kind.OTHER_UNREACHABLE;
        };
    }

    private static @Nullable Kind kindV6(int type, int code) {
        return switch (type) {
            case 1 -> unreachableV6(code);
            case 2 -> Kind.FRAGMENTATION_NEEDED;
            case 3 -> code == 1 ? Kind.REASSEMBLY_TIME_EXCEEDED : Kind.TIME_EXCEEDED;
            case 4 -> Kind.PARAMETER_PROBLEM;
            default -> null;
        };
    }

    private static Kind unreachableV6(int code) {
        return switch (code) {
            case 0, 6 -> Kind.NETWORK_UNREACHABLE;
            case 3 -> Kind.HOST_UNREACHABLE;
            case 4 -> Kind.PORT_UNREACHABLE;
            case 1, 5 -> Kind.ADMINISTRATIVELY_PROHIBITED;
            default -> Kind.OTHER_UNREACHABLE;
        };
    }
}
