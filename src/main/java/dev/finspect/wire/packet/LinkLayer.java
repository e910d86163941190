package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;

/** Decodes the layers below IP: link types, VLAN tags, MPLS labels, PPP. */
final class LinkLayer implements Tunnels.InnerLayers {
    private static final int ETHERNET_BYTES = 14;
    private static final int ADDRESSES_BYTES = 12;

    private final IpLayer ip;

    LinkLayer(FourTuples tuples, boolean verifyChecksums) {
        ip = new IpLayer(new TcpLayer(tuples, verifyChecksums), new IcmpLayer(tuples), new Tunnels(this));
    }

    Decoded decode(PacketBytes packet, LinkType type) {
        int at = packet.start();
        return switch (type.number()) {
            case LinkType.ETHERNET_NUMBER -> ethernet(packet, at);
            case LinkType.RAW_NUMBER, LinkType.RAW_BSD_NUMBER, LinkType.RAW_OPENBSD_NUMBER -> ip.decode(packet, at);
            case LinkType.IPV4_NUMBER -> ip.decode(packet, at, 4);
            case LinkType.IPV6_NUMBER -> ip.decode(packet, at, 6);
            case LinkType.NULL_NUMBER, LinkType.LOOP_NUMBER -> loopback(packet, at);
            case LinkType.LINUX_COOKED_NUMBER -> cooked(packet, at);
            case LinkType.LINUX_COOKED_2_NUMBER -> cooked2(packet, at);
            case LinkType.PPP_NUMBER, LinkType.PPP_HDLC_NUMBER -> ppp(packet, at);
            case LinkType.PPPOE_NUMBER -> pppoe(packet, at);
            default -> Undecoded.UNKNOWN_LINK_TYPE;
        };
    }

    @Override
    public Decoded ethernet(PacketBytes packet, int at) {
        if (!packet.has(at, ETHERNET_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        return etherType(packet, packet.u16(at + ADDRESSES_BYTES), at + ETHERNET_BYTES);
    }

    @Override
    public Decoded etherType(PacketBytes packet, int type, int at) {
        return switch (type) {
            case EtherType.IPV4 -> ip.decode(packet, at, 4);
            case EtherType.IPV6 -> ip.decode(packet, at, 6);
            case EtherType.VLAN, EtherType.PROVIDER_BRIDGE, EtherType.OLD_QINQ -> vlan(packet, at);
            case EtherType.MPLS, EtherType.MPLS_UPSTREAM -> mpls(packet, at);
            case EtherType.PPPOE_SESSION -> pppoe(packet, at);
            default -> type < EtherType.LEAST ? Undecoded.LLC : Undecoded.NOT_IP;
        };
    }

    @Override
    public Decoded ip(PacketBytes packet, int at) {
        return ip.decode(packet, at);
    }

    private Decoded vlan(PacketBytes packet, int at) {
        if (!packet.has(at, 4)) {
            return Undecoded.CUT_OFF;
        }
        return packet.deeper() ? etherType(packet, packet.u16(at + 2), at + 4) : Undecoded.NESTED_TOO_DEEP;
    }

    /** A stack of labels (RFC 3032); the first four bits of the payload give its type (RFC 4928, RFC 4385). */
    private Decoded mpls(PacketBytes packet, int firstLabel) {
        int at = firstLabel;
        boolean bottom = false;
        while (!bottom) {
            if (!packet.has(at, 5)) {
                return Undecoded.CUT_OFF;
            }
            if (!packet.deeper()) {
                return Undecoded.NESTED_TOO_DEEP;
            }
            bottom = (packet.u8(at + 2) & 1) != 0;
            at += 4;
        }
        return switch (packet.u8(at) >> 4) {
            case 4, 6 -> ip.decode(packet, at);
            case 0 -> ethernet(packet, at + 4);
            default -> Undecoded.UNKNOWN_MPLS_PAYLOAD;
        };
    }

    /** RFC 2516. */
    private Decoded pppoe(PacketBytes packet, int at) {
        if (!packet.has(at, 6)) {
            return Undecoded.CUT_OFF;
        }
        boolean sessionData = packet.u8(at + 1) == 0;
        return sessionData ? ppp(packet, at + 6) : Undecoded.NOT_IP;
    }

    /** RFC 1661 and 1662; address, control and the first byte of the protocol may be omitted. */
    @Override
    public Decoded ppp(PacketBytes packet, int at) {
        if (!packet.has(at, 2)) {
            return Undecoded.CUT_OFF;
        }
        boolean addressed = packet.u16(at) == 0xff03;
        int protocolAt = addressed ? at + 2 : at;
        if (!packet.has(protocolAt, 2)) {
            return Undecoded.CUT_OFF;
        }
        boolean compressed = (packet.u8(protocolAt) & 1) != 0;
        int protocol = compressed ? packet.u8(protocolAt) : packet.u16(protocolAt);
        int payloadAt = protocolAt + (compressed ? 1 : 2);
        return switch (protocol) {
            case 0x0021 -> ip.decode(packet, payloadAt, 4);
            case 0x0057 -> ip.decode(packet, payloadAt, 6);
            case 0x0281, 0x0283 -> mpls(packet, payloadAt);
            default -> Undecoded.NOT_IP;
        };
    }

    /** The address family has the capturing system's number and byte order; IPv6 has four numbers. */
    private Decoded loopback(PacketBytes packet, int at) {
        if (!packet.has(at, 4)) {
            return Undecoded.CUT_OFF;
        }
        int asStored = packet.i32(at);
        int family = (asStored & 0xffff0000) == 0 ? asStored : Integer.reverseBytes(asStored);
        return switch (family) {
            case 2 -> ip.decode(packet, at + 4, 4);
            case 10, 24, 28, 30 -> ip.decode(packet, at + 4, 6);
            default -> Undecoded.NOT_IP;
        };
    }

    private Decoded cooked(PacketBytes packet, int at) {
        if (!packet.has(at, 16)) {
            return Undecoded.CUT_OFF;
        }
        cookedDirection(packet, packet.u16(at));
        return etherType(packet, packet.u16(at + 14), at + 16);
    }

    /** Version 2 contains the interface index on the capturing host, which is more precise than the capture's own. */
    private Decoded cooked2(PacketBytes packet, int at) {
        if (!packet.has(at, 20)) {
            return Undecoded.CUT_OFF;
        }
        packet.interfaceId = packet.i32(at + 4);
        cookedDirection(packet, packet.u8(at + 10));
        return etherType(packet, packet.u16(at), at + 20);
    }

    private static void cookedDirection(PacketBytes packet, int packetType) {
        if (packet.direction == Direction.UNKNOWN) {
            packet.direction = switch (packetType) {
                case 0, 1, 2 -> Direction.INCOMING;
                case 4 -> Direction.OUTGOING;
                default -> Direction.UNKNOWN;
            };
        }
    }
}
