package dev.finspect.wire.packet;

import dev.finspect.wire.Decoded;
import dev.finspect.wire.Undecoded;
import dev.finspect.wire.VirtualNetwork.Kind;

/** Decodes tunnels over IP and UDP: GRE with ERSPAN, VXLAN, Geneve, GTP-U, Teredo. */
final class Tunnels {
    private static final int UDP_BYTES = 8;
    private static final int GTP_U = 2152;
    private static final int TEREDO = 3544;
    /** 2001::/32. */
    private static final int TEREDO_PREFIX = 0x20010000;

    private static final int IPV6_BYTES = 40;
    private static final int VXLAN = 4789;
    private static final int GENEVE = 6081;

    /** PPTP's key has the length of its payload in the other bits. */
    private static final int PPTP_CALL = 0xffff;

    private static final int GRE_CHECKSUM = 0x8000;
    private static final int GRE_ROUTING = 0x4000;
    private static final int GRE_KEY = 0x2000;
    private static final int GRE_SEQUENCE = 0x1000;
    private static final int GRE_ACKNOWLEDGMENT = 0x0080;

    private final InnerLayers link;

    Tunnels(InnerLayers link) {
        this.link = link;
    }

    /** The decoders for what a tunnel contains. */
    interface InnerLayers {
        Decoded ethernet(PacketBytes packet, int at);

        /** Decodes the payload that an EtherType states. */
        Decoded etherType(PacketBytes packet, int type, int at);

        /** Decodes an IP packet of either version. */
        Decoded ip(PacketBytes packet, int at);

        Decoded ppp(PacketBytes packet, int at);
    }

    /** RFC 2784, 2890; version 1 of RFC 2637 contains PPP. Source routing of RFC 1701 is not supported. */
    Decoded gre(PacketBytes packet, int at) {
        if (!packet.has(at, 4)) {
            return Undecoded.CUT_OFF;
        }
        int flags = packet.u16(at);
        int type = packet.u16(at + 2);
        int version = flags & 7;
        if ((flags & GRE_ROUTING) != 0 || version > 1) {
            return Undecoded.NOT_TCP;
        }
        boolean numbered = (flags & GRE_SEQUENCE) != 0;
        int payloadAt = at
                + 4
                + ((flags & GRE_CHECKSUM) != 0 ? 4 : 0)
                + ((flags & GRE_KEY) != 0 ? 4 : 0)
                + (numbered ? 4 : 0)
                + (version == 1 && (flags & GRE_ACKNOWLEDGMENT) != 0 ? 4 : 0);
        if ((flags & GRE_KEY) != 0 && packet.has(at, payloadAt - at)) {
            int key = packet.i32(at + 4 + ((flags & GRE_CHECKSUM) != 0 ? 4 : 0));
            packet.network.add(Kind.GRE, version == 1 ? key & PPTP_CALL : key);
        }
        return switch (type) {
            case EtherType.TRANSPARENT_ETHERNET -> link.ethernet(packet, payloadAt);
            case EtherType.PPP -> link.ppp(packet, payloadAt);
            // Type I has no header of its own, and its GRE no sequence number.
            case EtherType.ERSPAN_2 -> numbered ? erspan2(packet, payloadAt) : link.ethernet(packet, payloadAt);
            case EtherType.ERSPAN_3 -> erspan3(packet, payloadAt);
            default -> link.etherType(packet, type, payloadAt);
        };
    }

    private Decoded erspan2(PacketBytes packet, int at) {
        if (!packet.has(at, 8)) {
            return Undecoded.CUT_OFF;
        }
        packet.network.addVlan(packet.u16(at));
        return link.ethernet(packet, at + 8);
    }

    private Decoded erspan3(PacketBytes packet, int at) {
        if (!packet.has(at, 12)) {
            return Undecoded.CUT_OFF;
        }
        packet.network.addVlan(packet.u16(at));
        boolean subheader = (packet.u8(at + 11) & 1) != 0;
        return link.ethernet(packet, at + 12 + (subheader ? 8 : 0));
    }

    /** Decodes a datagram if both its port and its first bytes indicate a tunnel. */
    Decoded udp(PacketBytes packet, int at) {
        if (!packet.has(at, UDP_BYTES)) {
            return Undecoded.CUT_OFF;
        }
        int source = packet.u16(at);
        int destination = packet.u16(at + 2);
        int payloadAt = at + UDP_BYTES;
        if (destination == VXLAN) {
            return vxlan(packet, payloadAt);
        }
        if (destination == GENEVE) {
            return geneve(packet, payloadAt);
        }
        if (source == GTP_U || destination == GTP_U) {
            return gtp(packet, payloadAt);
        }
        return source == TEREDO || destination == TEREDO
                ? teredo(packet, payloadAt)
                : teredoElsewhere(packet, payloadAt, at + packet.u16(at + 4));
    }

    /** RFC 7348. */
    private Decoded vxlan(PacketBytes packet, int at) {
        boolean valid = packet.has(at, 8) && packet.u8(at) == 0x08;
        if (!valid) {
            return Undecoded.NOT_TCP;
        }
        packet.network.add(Kind.VXLAN, packet.i32(at + 4) >>> 8);
        return link.ethernet(packet, at + 8);
    }

    /** RFC 8926. */
    private Decoded geneve(PacketBytes packet, int at) {
        if (!packet.has(at, 8) || packet.u8(at) >> 6 != 0) {
            return Undecoded.NOT_TCP;
        }
        int payloadAt = at + 8 + (packet.u8(at) & 0x3f) * 4;
        int type = packet.u16(at + 2);
        packet.network.add(Kind.GENEVE, packet.i32(at + 4) >>> 8);
        return type == EtherType.TRANSPARENT_ETHERNET
                ? link.ethernet(packet, payloadAt)
                : link.etherType(packet, type, payloadAt);
    }

    /** Version 1 with user data (3GPP TS 29.281), extension headers included. */
    private Decoded gtp(PacketBytes packet, int at) {
        boolean userData = packet.has(at, 8) && packet.u8(at) >> 4 == 0x3 && packet.u8(at + 1) == 0xff;
        if (!userData) {
            return Undecoded.NOT_TCP;
        }
        packet.network.add(Kind.GTP, packet.i32(at + 4));
        int flags = packet.u8(at) & 0x7;
        if (flags == 0) {
            return link.ip(packet, at + 8);
        }
        int payloadAt = at + 12;
        boolean more = (flags & 0x4) != 0;
        while (more) {
            if (!packet.has(payloadAt - 1, 2)) {
                return Undecoded.CUT_OFF;
            }
            more = packet.u8(payloadAt - 1) != 0;
            int units = packet.u8(payloadAt);
            if (more && (units == 0 || !packet.deeper())) {
                return Undecoded.NESTED_TOO_DEEP;
            }
            payloadAt += more ? units * 4 : 0;
        }
        return link.ip(packet, payloadAt);
    }

    /** RFC 4380: an authentication and an origin indication can come before the IPv6 packet. */
    private Decoded teredo(PacketBytes packet, int start) {
        int at = teredoPacket(packet, start);
        boolean ipv6 = packet.has(at, 1) && packet.u8(at) >> 4 == 6;
        return ipv6 ? link.ip(packet, at) : Undecoded.NOT_TCP;
    }

    /**
     * Relays and clients may use any port. Then the IPv6 packet has to fill the datagram to the byte, and one of its addresses
     * has to be Teredo's.
     */
    private Decoded teredoElsewhere(PacketBytes packet, int start, int end) {
        int at = teredoPacket(packet, start);
        boolean fits = packet.has(at, IPV6_BYTES)
                && packet.u8(at) >> 4 == 6
                && at + IPV6_BYTES + packet.u16(at + 4) == end
                && (packet.i32(at + 8) == TEREDO_PREFIX || packet.i32(at + 24) == TEREDO_PREFIX);
        return fits ? link.ip(packet, at) : Undecoded.NOT_TCP;
    }

    /** Where the IPv6 packet begins, if there is one. */
    private static int teredoPacket(PacketBytes packet, int start) {
        int at = start;
        if (packet.has(at, 4) && packet.u16(at) == 1) {
            at += 13 + packet.u8(at + 2) + packet.u8(at + 3);
        }
        if (packet.has(at, 8) && packet.u16(at) == 0) {
            at += 8;
        }
        return at;
    }
}
