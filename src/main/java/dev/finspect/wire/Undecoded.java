package dev.finspect.wire;

import java.util.Locale;

/** Why a frame was not decoded to a TCP segment or an ICMP error about one. */
public enum Undecoded implements Decoded {
    /** The link type of the capture is not supported. */
    UNKNOWN_LINK_TYPE,
    /** The captured bytes end inside the headers. */
    CUT_OFF,
    /** Not IP: ARP, PPPoE discovery, IPX. */
    NOT_IP,
    /** IEEE 802.3 with an LLC header, and no IP after it or after its SNAP header. */
    LLC,
    /** The MPLS label stack is followed by neither IP nor a control word with an Ethernet frame. */
    UNKNOWN_MPLS_PAYLOAD,
    /** More nested tags, labels, extension headers or tunnels than the decoder allows. */
    NESTED_TOO_DEEP,
    /** The IP version is neither 4 nor 6, or not what the link layer states. */
    BAD_IP_VERSION,
    /** IPv4 with a header shorter than 20 bytes. */
    BAD_IP_HEADER_LENGTH,
    /** The stated length of the IP packet is shorter than its header. */
    BAD_IP_LENGTH,
    /** A fragment of a TCP segment whose other fragments have not all come. */
    FRAGMENT,
    /** Where fragments are not joined: one of a TCP segment other than the first, so that it has no TCP header. */
    LATER_FRAGMENT,
    /** A protocol other than TCP, or an ICMP message that is no error about TCP. */
    NOT_TCP,
    /** The IP packet, or its first fragment, is too short for the TCP header. */
    TCP_TOO_SHORT,
    /** The stated length of the TCP header is less than 20 bytes or more than the packet has. */
    BAD_DATA_OFFSET,
    /** An ICMP error that quotes too little of a TCP segment to have its ports. */
    ICMP_QUOTE_TOO_SHORT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
