package dev.finspect.wire.conntrack;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.netlink.AttributeList;
import dev.finspect.wire.netlink.NetlinkDatagram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One datagram of the kernel's reply to a {@link ConntrackRequest}.
 *
 * @param entries TCP connections in the order of the reply
 * @param messages how many entries of any protocol it has
 * @param last whether a list ends with this datagram: its end, or an error; of no meaning for one connection, whose only message
 *     the kernel marks like a part of a list
 * @param errno the kernel's error number, positive; 0 for none
 */
public record ConntrackReply(List<ConntrackEntry> entries, int messages, boolean last, int errno) {
    /** There is no such connection. */
    public static final int ENOENT = 2;
    /** CAP_NET_ADMIN is missing. */
    public static final int EPERM = 1;

    private static final int CTNETLINK_NEW = 1 << 8;
    private static final int IPPROTO_TCP = 6;
    private static final int V6_LENGTH = 16;

    /**
     * Decodes a datagram from its position to its limit, in the machine's byte order; does not change the buffer. Never
     * throws: truncated and unknown messages are skipped, and a datagram without any message counts as the last.
     */
    public static ConntrackReply decode(ByteBuffer datagram, ByteOrder machine) {
        ByteBuffer bytes = datagram.slice().order(machine);
        List<ConntrackEntry> entries = new ArrayList<>();
        NetlinkDatagram read = NetlinkDatagram.read(bytes, (type, begin, end) -> {
            ConntrackEntry entry = type == CTNETLINK_NEW && end - begin > ConntrackRequest.HEADER
                    ? entry(new AttributeList(bytes, begin + ConntrackRequest.HEADER, end))
                    : null;
            if (entry != null) {
                entries.add(entry);
            }
        });
        return new ConntrackReply(List.copyOf(entries), read.messages(), read.last(), read.errno());
    }

    /** Null for anything but a TCP connection. */
    private static @Nullable ConntrackEntry entry(AttributeList all) {
        FourTuple original = tuple(all.inner(Attribute.TUPLE_ORIG));
        FourTuple reply = tuple(all.inner(Attribute.TUPLE_REPLY));
        if (original == null || reply == null) {
            return null;
        }
        AttributeList protocol = all.inner(Attribute.PROTOINFO);
        AttributeList tcp = protocol == null ? null : protocol.inner(Attribute.PROTOINFO_TCP);
        long flags = tcp == null ? 0 : tcp.number(Attribute.TCP_FLAGS_ORIGINAL, 1);
        return new ConntrackEntry(
                original,
                reply,
                ConntrackState.of(tcp == null ? 0 : (int) tcp.number(Attribute.TCP_STATE, 1)),
                Math.max(0, all.number(Attribute.STATUS, 4)),
                all.number(Attribute.TIMEOUT, 4),
                (int) Math.max(0, flags));
    }

    /** Null for a tuple that is not of TCP, or lacks something. */
    private static @Nullable FourTuple tuple(@Nullable AttributeList tuple) {
        AttributeList addresses = tuple == null ? null : tuple.inner(Attribute.TUPLE_IP);
        AttributeList protocol = tuple == null ? null : tuple.inner(Attribute.TUPLE_PROTO);
        if (addresses == null || protocol == null || protocol.number(Attribute.PROTO_NUM, 1) != IPPROTO_TCP) {
            return null;
        }
        IpAddress source = address(addresses, Attribute.V4_SRC, Attribute.V6_SRC);
        IpAddress destination = address(addresses, Attribute.V4_DST, Attribute.V6_DST);
        long sourcePort = protocol.number(Attribute.PROTO_SRC_PORT, 2);
        long destinationPort = protocol.number(Attribute.PROTO_DST_PORT, 2);
        return source == null || destination == null || sourcePort < 0 || destinationPort < 0
                ? null
                : new FourTuple(source, (int) sourcePort, destination, (int) destinationPort);
    }

    private static @Nullable IpAddress address(AttributeList addresses, int v4, int v6) {
        long four = addresses.number(v4, 4);
        if (four >= 0) {
            return IpAddress.v4((int) four);
        }
        AttributeList sixteen = addresses.inner(v6);
        return sixteen == null || sixteen.length() < V6_LENGTH
                ? null
                : IpAddress.v6(sixteen.half(0), sixteen.half(Long.BYTES));
    }
}
