package dev.finspect.wire.conntrack;

/** Numbers of attributes in linux/netfilter/nfnetlink_conntrack.h; those inside of another begin again at 1. */
final class Attribute {
    static final int TUPLE_ORIG = 1;
    static final int TUPLE_REPLY = 2;
    static final int STATUS = 3;
    static final int PROTOINFO = 4;
    static final int TIMEOUT = 7;

    // Of a tuple.
    static final int TUPLE_IP = 1;
    static final int TUPLE_PROTO = 2;
    static final int V4_SRC = 1;
    static final int V4_DST = 2;
    static final int V6_SRC = 3;
    static final int V6_DST = 4;
    static final int PROTO_NUM = 1;
    static final int PROTO_SRC_PORT = 2;
    static final int PROTO_DST_PORT = 3;

    // Of what is known of the protocol.
    static final int PROTOINFO_TCP = 1;
    static final int TCP_STATE = 1;
    static final int TCP_FLAGS_ORIGINAL = 4;

    private Attribute() {}
}
