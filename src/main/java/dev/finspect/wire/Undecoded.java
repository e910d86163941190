package dev.finspect.wire;

import java.util.Locale;

/** Why a frame gave no TCP segment and no ICMP error about one. */
public enum Undecoded implements Decoded {
    /** The capture's link type is none that is known here. */
    UNKNOWN_LINK_TYPE,
    /** The captured bytes end inside the headers. */
    CUT_OFF,
    /** The link carries something else than IP: ARP, PPPoE discovery, IPX. */
    NOT_IP,
    /** IEEE 802.3 with an LLC header, SNAP included. */
    LLC,
    /** What follows the label stack is neither IP nor an Ethernet frame behind a control word. */
    UNKNOWN_MPLS_PAYLOAD,
    /** More tags, labels, extension headers or tunnels than any network stacks. */
    NESTED_TOO_DEEP,
    /** The first four bits are neither 4 nor 6, or not what the link announced. */
    BAD_IP_VERSION,
    /** IPv4 with a header shorter than 20 bytes. */
    BAD_IP_HEADER_LENGTH,
    /** An IP packet that claims to be shorter than its own header. */
    BAD_IP_LENGTH,
    /** A fragment of a TCP segment behind the first, which alone has the header. */
    LATER_FRAGMENT,
    /** Another protocol than TCP, or an ICMP message that is no error about TCP. */
    NOT_TCP,
    /** The IP packet, or its first fragment, has no room for the TCP header. */
    TCP_TOO_SHORT,
    /** A TCP header that claims fewer than 20 bytes, or more than the packet has. */
    BAD_DATA_OFFSET,
    /** An ICMP error that quotes too little of a TCP segment to tell its ports. */
    ICMP_QUOTE_TOO_SHORT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
