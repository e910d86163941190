package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.Undecoded;
import org.jspecify.annotations.Nullable;

/** Decodes IP packets and passes their payload to the decoder for its protocol. */
final class IpLayer {
    private static final int ICMP = 1;
    private static final int IPV4_INSIDE = 4;
    private static final int UDP = 17;
    private static final int IPV6_INSIDE = 41;
    private static final int GRE = 47;
    private static final int ICMPV6 = 58;

    private final IpHeader header = new IpHeader();
    private final TcpLayer tcp;
    private final IcmpLayer icmp;
    private final Tunnels tunnels;
    /** Null where fragments are not joined. */
    private final @Nullable Fragments fragments;

    IpLayer(TcpLayer tcp, IcmpLayer icmp, Tunnels tunnels, @Nullable Fragments fragments) {
        this.tcp = tcp;
        this.icmp = icmp;
        this.tunnels = tunnels;
        this.fragments = fragments;
    }

    /** Decodes a packet whose version the layer below states. */
    Decoded decode(PacketBytes packet, int at, int version) {
        if (!packet.has(at, 1)) {
            return Undecoded.CUT_OFF;
        }
        return packet.u8(at) >> 4 == version ? decode(packet, at) : Undecoded.BAD_IP_VERSION;
    }

    /** Decodes a packet of either version. */
    Decoded decode(PacketBytes packet, int at) {
        Undecoded reason = header.read(packet, at);
        if (reason != null) {
            return reason;
        }
        if (header.end < header.payloadAt) {
            return Undecoded.BAD_IP_LENGTH;
        }
        Fragments joins = fragments;
        if (joins != null && Fragments.isPart(header)) {
            return joins.take(packet, header);
        }
        if (header.laterFragment) {
            return header.protocol == TcpLayer.PROTOCOL ? Undecoded.LATER_FRAGMENT : Undecoded.NOT_TCP;
        }
        return payload(packet, header.payloadAt);
    }

    private Decoded payload(PacketBytes packet, int at) {
        return switch (header.protocol) {
            case TcpLayer.PROTOCOL -> tcp.decode(packet, header);
            case ICMP -> header.v6 ? Undecoded.NOT_TCP : icmp.decode(packet, header);
            case ICMPV6 -> header.v6 ? icmp.decode(packet, header) : Undecoded.NOT_TCP;
            case IPV4_INSIDE -> inside(packet, at, 4);
            case IPV6_INSIDE -> inside(packet, at, 6);
            case GRE -> packet.deeper() ? tunnels.gre(packet, at) : Undecoded.NESTED_TOO_DEEP;
            case UDP -> packet.deeper() ? tunnels.udp(packet, at) : Undecoded.NESTED_TOO_DEEP;
            default -> Undecoded.NOT_TCP;
        };
    }

    private Decoded inside(PacketBytes packet, int at, int version) {
        return packet.deeper() ? decode(packet, at, version) : Undecoded.NESTED_TOO_DEEP;
    }
}
