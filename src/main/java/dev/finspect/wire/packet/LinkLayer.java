package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.TcpSegment.Direction;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.VirtualNetwork.Kind;
import org.jspecify.annotations.Nullable;

/** Decodes the layers below IP: link types, LLC, VLAN tags, MPLS labels, PPP. */
final class LinkLayer implements Tunnels.InnerLayers {
    private static final int ETHERNET_BYTES = 14;
    private static final int ADDRESSES_BYTES = 12;
    private static final int LLC_SNAP = 0xaaaa;
    private static final int LLC_IP = 0x0606;
    private static final int LLC_UNNUMBERED = 3;
    private static final int NFLOG_HEADER = 1;
    private static final int NFLOG_PAYLOAD = 9;
    private static final int MOST_ATTRIBUTES = 64;
    /** Lower labels have a meaning of their own (RFC 3032). */
    private static final int FIRST_LABEL = 16;

    private final IpLayer ip;

    LinkLayer(TcpLayer tcp, IcmpLayer icmp, @Nullable Fragments fragments) {
        ip = new IpLayer(tcp, icmp, new Tunnels(this), fragments);
    }

    Decoded decode(PacketBytes packet, LinkType type) {
        return decode(packet, type.number(), packet.start());
    }

    private Decoded decode(PacketBytes packet, int type, int at) {
        return switch (type) {
            case LinkType.ETHERNET_NUMBER -> ethernet(packet, at);
            case LinkType.RAW_NUMBER, LinkType.RAW_BSD_NUMBER, LinkType.RAW_OPENBSD_NUMBER -> ip.decode(packet, at);
            case LinkType.IPV4_NUMBER -> ip.decode(packet, at, 4);
            case LinkType.IPV6_NUMBER -> ip.decode(packet, at, 6);
            case LinkType.NULL_NUMBER, LinkType.LOOP_NUMBER -> loopback(packet, at);
            case LinkType.LINUX_COOKED_NUMBER -> cooked(packet, at);
            case LinkType.LINUX_COOKED_2_NUMBER -> cooked2(packet, at);
            case LinkType.PPP_NUMBER, LinkType.PPP_HDLC_NUMBER -> ppp(packet, at);
            case LinkType.PPPOE_NUMBER -> pppoe(packet, at);
            case LinkType.CISCO_HDLC_NUMBER -> ciscoHdlc(packet, at);
            case LinkType.FRAME_RELAY_NUMBER -> frameRelay(packet, at);
            case LinkType.NFLOG_NUMBER -> nflog(packet, at);
            case LinkType.PPI_NUMBER -> ppi(packet, at);
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
            default -> type < EtherType.LEAST ? llc(packet, at) : Undecoded.NOT_IP;
        };
    }

    @Override
    public Decoded ip(PacketBytes packet, int at) {
        return ip.decode(packet, at);
    }

    /** IP over LLC, with SNAP (RFC 1042) or without (RFC 948). */
    private Decoded llc(PacketBytes packet, int at) {
        if (!packet.has(at, 3)) {
            return Undecoded.CUT_OFF;
        }
        int points = packet.u16(at);
        boolean unnumbered = packet.u8(at + 2) == LLC_UNNUMBERED;
        if (points == LLC_IP && unnumbered) {
            return ip.decode(packet, at + 3, 4);
        }
        return points == LLC_SNAP && unnumbered ? snap(packet, at + 3) : Undecoded.LLC;
    }

    /** An organization, of which 0 and that of bridged frames stand for EtherTypes, and the organization's protocol. */
    private Decoded snap(PacketBytes packet, int at) {
        if (!packet.has(at, 5)) {
            return Undecoded.CUT_OFF;
        }
        int organization = packet.u16(at) << 8 | packet.u8(at + 2);
        int type = packet.u16(at + 3);
        if ((organization != 0 && organization != 0xf8) || type < EtherType.LEAST) {
            return Undecoded.LLC;
        }
        return packet.deeper() ? etherType(packet, type, at + 5) : Undecoded.NESTED_TOO_DEEP;
    }

    private Decoded ciscoHdlc(PacketBytes packet, int at) {
        if (!packet.has(at, 4)) {
            return Undecoded.CUT_OFF;
        }
        int type = packet.u16(at + 2);
        return type < EtherType.LEAST ? Undecoded.NOT_IP : etherType(packet, type, at + 4);
    }

    /** An address of two to four bytes; then RFC 2427's control and protocol, or Cisco's EtherType. */
    private Decoded frameRelay(PacketBytes packet, int start) {
        int at = start;
        do {
            if (!packet.has(at, 3)) {
                return Undecoded.CUT_OFF;
            }
        } while ((packet.u8(at++) & 1) == 0 && at < start + 4);
        if (packet.u8(at) != LLC_UNNUMBERED) {
            int type = packet.u16(at);
            return type < EtherType.LEAST ? Undecoded.NOT_IP : etherType(packet, type, at + 2);
        }
        int protocolAt = packet.u8(at + 1) == 0 ? at + 2 : at + 1;
        if (!packet.has(protocolAt, 1)) {
            return Undecoded.CUT_OFF;
        }
        return switch (packet.u8(protocolAt)) {
            case 0xcc -> ip.decode(packet, protocolAt + 1, 4);
            case 0x8e -> ip.decode(packet, protocolAt + 1, 6);
            case 0x80 -> snap(packet, protocolAt + 1);
            default -> Undecoded.NOT_IP;
        };
    }

    /** Attributes in the byte order of the capturing machine, one of which is the packet. */
    private Decoded nflog(PacketBytes packet, int start) {
        int at = start + 4;
        for (int count = 0; count < MOST_ATTRIBUTES; count++) {
            if (!packet.has(at, 4)) {
                return count == 0 ? Undecoded.CUT_OFF : Undecoded.NOT_IP;
            }
            // Types are small, so the byte order shows in them.
            boolean little = packet.u8(at + 3) == 0;
            int length = little ? swapped(packet.u16(at)) : packet.u16(at);
            int type = little ? packet.u8(at + 2) : packet.u16(at + 2);
            if (type == NFLOG_PAYLOAD) {
                return ip.decode(packet, at + 4);
            }
            if (type == NFLOG_HEADER && packet.has(at, 7)) {
                hook(packet, packet.u8(at + 6));
            }
            if (length < 4) {
                return Undecoded.NOT_IP;
            }
            at += (length + 3) & ~3;
        }
        return Undecoded.NOT_IP;
    }

    private static void hook(PacketBytes packet, int hook) {
        if (packet.direction == Direction.UNKNOWN) {
            packet.direction = hook == 1 ? Direction.INCOMING : hook == 3 ? Direction.OUTGOING : Direction.UNKNOWN;
        }
    }

    /** A header of little-endian numbers: its length, and the link type of what follows. */
    private Decoded ppi(PacketBytes packet, int at) {
        if (!packet.has(at, 8)) {
            return Undecoded.CUT_OFF;
        }
        int length = swapped(packet.u16(at + 2));
        int type = Integer.reverseBytes(packet.i32(at + 4));
        if (length < 8) {
            return Undecoded.NOT_IP;
        }
        return packet.deeper() ? decode(packet, type, at + length) : Undecoded.NESTED_TOO_DEEP;
    }

    private static int swapped(int u16) {
        return Short.reverseBytes((short) u16) & 0xffff;
    }

    private Decoded vlan(PacketBytes packet, int at) {
        if (!packet.has(at, 4)) {
            return Undecoded.CUT_OFF;
        }
        packet.network.addVlan(packet.u16(at));
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
        int label = packet.i32(at - 4) >>> 12;
        if (label >= FIRST_LABEL) {
            packet.network.add(Kind.MPLS, label);
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
