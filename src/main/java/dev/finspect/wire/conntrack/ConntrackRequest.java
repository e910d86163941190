package dev.finspect.wire.conntrack;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Requests to the kernel's table of tracked connections: a netlink header, a struct nfgenmsg and attributes
 * (linux/netfilter/nfnetlink_conntrack.h).
 *
 * <pre>
 *   nlmsghdr 16 | nfgenmsg 4 | CTA_TUPLE_ORIG { CTA_TUPLE_IP { source, destination }, CTA_TUPLE_PROTO { TCP, ports } }
 * </pre>
 */
public final class ConntrackRequest {
    static final int HEADER = 20;
    private static final short CTNETLINK_GET = 1 << 8 | 1;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final short NLA_F_NESTED = (short) 0x8000;
    private static final byte IPPROTO_TCP = 6;

    private ConntrackRequest() {}

    /**
     * Requests one connection.
     *
     * @param tuple of the packets of either direction, as they come in; both addresses of one IP version
     */
    public static ByteBuffer exact(FourTuple tuple, ByteOrder machine) {
        boolean v6 = tuple.source().v6();
        int address = 4 + (v6 ? 16 : 4);
        int addresses = 4 + 2 * address;
        int ports = 4 + 3 * 8;
        ByteBuffer request = begin(HEADER + 4 + addresses + ports, v6, NLM_F_REQUEST, machine);
        attribute(request, 4 + addresses + ports, Attribute.TUPLE_ORIG | NLA_F_NESTED);
        attribute(request, addresses, Attribute.TUPLE_IP | NLA_F_NESTED);
        attribute(request, address, v6 ? Attribute.V6_SRC : Attribute.V4_SRC);
        put(request, tuple.source());
        attribute(request, address, v6 ? Attribute.V6_DST : Attribute.V4_DST);
        put(request, tuple.destination());
        attribute(request, ports, Attribute.TUPLE_PROTO | NLA_F_NESTED);
        attribute(request, 5, Attribute.PROTO_NUM);
        request.put(IPPROTO_TCP).put((byte) 0).putShort((short) 0);
        port(request, Attribute.PROTO_SRC_PORT, tuple.sourcePort());
        port(request, Attribute.PROTO_DST_PORT, tuple.destinationPort());
        return request.flip();
    }

    /** Requests all connections of IPv4 or of IPv6. */
    public static ByteBuffer list(boolean v6, ByteOrder machine) {
        return begin(HEADER, v6, (short) (NLM_F_REQUEST | NLM_F_DUMP), machine).flip();
    }

    private static ByteBuffer begin(int length, boolean v6, short flags, ByteOrder machine) {
        ByteBuffer request = ByteBuffer.allocateDirect(length).order(machine);
        request.putInt(length).putShort(CTNETLINK_GET).putShort(flags).putInt(0).putInt(0);
        return request.put(v6 ? AF_INET6 : AF_INET).put((byte) 0).putShort((short) 0);
    }

    private static void attribute(ByteBuffer request, int length, int type) {
        request.putShort((short) length).putShort((short) type);
    }

    private static void port(ByteBuffer request, int type, int port) {
        attribute(request, 6, type);
        request.put((byte) (port >>> Byte.SIZE)).put((byte) port).putShort((short) 0);
    }

    private static void put(ByteBuffer request, IpAddress address) {
        ByteOrder machine = request.order();
        request.order(ByteOrder.BIG_ENDIAN);
        if (address.v6()) {
            request.putLong(address.high()).putLong(address.low());
        } else {
            request.putInt((int) address.low());
        }
        request.order(machine);
    }
}
