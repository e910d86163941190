package dev.finspect.wire.packet;

/** EtherType numbers (IEEE registry). */
final class EtherType {
    static final int IPV4 = 0x0800;
    static final int TRANSPARENT_ETHERNET = 0x6558;
    static final int VLAN = 0x8100;
    static final int IPV6 = 0x86dd;
    static final int PPP = 0x880b;
    static final int MPLS = 0x8847;
    static final int MPLS_UPSTREAM = 0x8848;
    static final int PPPOE_SESSION = 0x8864;
    static final int PROVIDER_BRIDGE = 0x88a8;
    static final int ERSPAN_2 = 0x88be;
    static final int OLD_QINQ = 0x9100;
    static final int ERSPAN_3 = 0x22eb;

    /** Smallest EtherType; a smaller value is the length of an IEEE 802.3 frame. */
    static final int LEAST = 0x0600;

    private EtherType() {}
}
