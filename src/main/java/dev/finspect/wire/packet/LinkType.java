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
    static final int CISCO_HDLC_NUMBER = 104;
    static final int FRAME_RELAY_NUMBER = 107;
    static final int LOOP_NUMBER = 108;
    static final int LINUX_COOKED_NUMBER = 113;
    static final int PPI_NUMBER = 192;
    static final int IPV4_NUMBER = 228;
    static final int IPV6_NUMBER = 229;
    static final int NFLOG_NUMBER = 239;
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
    /** Cisco's HDLC: an EtherType after two bytes. */
    public static final LinkType CISCO_HDLC = new LinkType(CISCO_HDLC_NUMBER);
    /** Frame relay (RFC 2427). */
    public static final LinkType FRAME_RELAY = new LinkType(FRAME_RELAY_NUMBER);
    /** OpenBSD loopback: the protocol family in network byte order. */
    public static final LinkType LOOP = new LinkType(LOOP_NUMBER);
    /** Linux's "any" device. */
    public static final LinkType LINUX_COOKED = new LinkType(LINUX_COOKED_NUMBER);
    /** A header with notes about the frame, and the number of its real link type. */
    public static final LinkType PPI = new LinkType(PPI_NUMBER);
    /** An IPv4 packet. */
    public static final LinkType IPV4 = new LinkType(IPV4_NUMBER);
    /** An IPv6 packet. */
    public static final LinkType IPV6 = new LinkType(IPV6_NUMBER);
    /** What Linux's packet filter logs: {@code tcpdump -i nflog}. */
    public static final LinkType NFLOG = new LinkType(NFLOG_NUMBER);
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
            CISCO_HDLC,
            FRAME_RELAY,
            LOOP,
            LINUX_COOKED,
            PPI,
            IPV4,
            IPV6,
            NFLOG,
            LINUX_COOKED_2);

    /** The link types that {@link PacketDecoder} decodes. */
    public static List<LinkType> known() {
        return KNOWN;
    }

    /** The number, with the name of some that are not decoded: {@code 127 (802.11 with radiotap)}. */
    public String described() {
        String name = switch (number) {
            case 105 -> "802.11";
            case 119 -> "802.11 with Prism";
            case 127 -> "802.11 with radiotap";
            case 163 -> "802.11 with AVS";
            case 187, 201, 251, 255 -> "Bluetooth";
            case 189, 220, 249 -> "USB";
            case 195, 230 -> "802.15.4";
            case 227 -> "CAN";
            case 253 -> "netlink";
            default -> number >= 147 && number <= 162 ? "for private use" : "";
        };
        return number + (name.isEmpty() ? "" : " (" + name + ")");
    }
}
