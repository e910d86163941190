package dev.finspect.wire;

/** The IPv6 extension headers that can precede TCP (RFC 8200 section 4, IANA registry). */
public final class Ipv6Extension {
    /** Protocol number of the hop-by-hop options. */
    public static final int HOP_BY_HOP = 0;
    /** Protocol number of a routing header. */
    public static final int ROUTING = 43;
    /** Protocol number of a fragment header. */
    public static final int FRAGMENT = 44;
    /** Protocol number of an authentication header (RFC 4302). */
    public static final int AUTHENTICATION = 51;
    /** Protocol number of destination options. */
    public static final int DESTINATION_OPTIONS = 60;

    /** Result of {@link #lengthBytes} for any other protocol. */
    public static final int NONE = -1;

    private static final int MOBILITY = 135;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;

    private Ipv6Extension() {}

    /**
     * Length of the extension header with this protocol number, 8 to 2048; {@link #NONE} for any other protocol.
     *
     * @param lengthField its second byte, 0 to 255
     */
    public static int lengthBytes(int protocol, int lengthField) {
        return switch (protocol) {
            // In units of 8, the first not counted.
            case HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS, MOBILITY, HOST_IDENTITY, SHIM6 -> (lengthField + 1) * 8;
            case FRAGMENT -> 8;
            // In units of 4, two not counted.
            case AUTHENTICATION -> (lengthField + 2) * 4;
            default -> NONE;
        };
    }
}
