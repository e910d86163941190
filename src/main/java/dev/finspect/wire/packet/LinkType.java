package dev.finspect.wire.packet;

import java.util.List;

/**
 * The link type of a captured frame, by its LINKTYPE_ number in capture files (tcpdump.org's list). Any number is allowed;
 * frames of a type that is not {@link #known()} are not decoded.
 *
 * @param number 0 to 65535
 */
public record LinkType(int number) {
    static final int NULL_NUMBER = 0;
    static final int ETHERNET_NUMBER = 1;
    static final int PPP_NUMBER = 9;
    static final int RAW_BSD_NUMBER = 12;
    static final int RAW_OPENBSD_NUMBER = 14;
    static final int PPP_HDLC_NUMBER = 50;
    static final int PPPOE_NUMBER = 51;
    static final int RAW_NUMBER = 101;
    static final int LOOP_NUMBER = 108;
    static final int LINUX_COOKED_NUMBER = 113;
    static final int IPV4_NUMBER = 228;
    static final int IPV6_NUMBER = 229;
    static final int LINUX_COOKED_2_NUMBER = 276;

    /** BSD loopback: the protocol family in the byte order of the capturing machine. */
    public static final LinkType NULL = new LinkType(NULL_NUMBER);
    /** IEEE 802.3 without preamble and usually without check sequence. */
    public static final LinkType ETHERNET = new LinkType(ETHERNET_NUMBER);
    /** PPP, with or without HDLC's address and control bytes. */
    public static final LinkType PPP = new LinkType(PPP_NUMBER);
    /** PPP in HDLC-like framing. */
    public static final LinkType PPP_HDLC = new LinkType(PPP_HDLC_NUMBER);
    /** A PPPoE header. */
    public static final LinkType PPPOE = new LinkType(PPPOE_NUMBER);
    /** An IP packet of either version. */
    public static final LinkType RAW = new LinkType(RAW_NUMBER);
    /** OpenBSD loopback: the protocol family in network byte order. */
    public static final LinkType LOOP = new LinkType(LOOP_NUMBER);
    /** Linux's "any" device. */
    public static final LinkType LINUX_COOKED = new LinkType(LINUX_COOKED_NUMBER);
    /** An IPv4 packet. */
    public static final LinkType IPV4 = new LinkType(IPV4_NUMBER);
    /** An IPv6 packet. */
    public static final LinkType IPV6 = new LinkType(IPV6_NUMBER);
    /** Linux's "any" device with the interface index. */
    public static final LinkType LINUX_COOKED_2 = new LinkType(LINUX_COOKED_2_NUMBER);

    private static final List<LinkType> KNOWN = List.of(
            NULL,
            ETHERNET,
            PPP,
            new LinkType(RAW_BSD_NUMBER),
            new LinkType(RAW_OPENBSD_NUMBER),
            PPP_HDLC,
            PPPOE,
            RAW,
            LOOP,
            LINUX_COOKED,
            IPV4,
            IPV6,
            LINUX_COOKED_2);

    /** The link types that {@link PacketDecoder} decodes. */
    public static List<LinkType> known() {
        return KNOWN;
    }
}
