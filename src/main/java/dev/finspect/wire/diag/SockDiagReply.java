package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.KernelStates;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.netlink.NetlinkDatagram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One datagram of the kernel's reply to a {@link SockDiagRequest}.
 *
 * @param entries sockets in the order of the reply
 * @param last whether the reply ends with this datagram: the only message, the end of a list, or an error
 * @param errno the kernel's error number, positive; 0 for none
 * @param interrupted whether the table changed during the listing, so that entries may be missing or duplicated
 */
public record SockDiagReply(List<SocketEntry> entries, boolean last, int errno, boolean interrupted) {
    /** There is no such socket. */
    public static final int ENOENT = 2;

    private static final int ENTRY = 72;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final short INET_DIAG_INFO = 2;
    private static final short INET_DIAG_SKMEMINFO = 7;
    /** Offset of the cookie within an entry. */
    private static final int COOKIE = 44;
    /** Offset of tcpi_bytes_sent. */
    private static final int TCPI_BYTES_SENT = 200;
    /** Offset of the ninth number. */
    private static final int SK_MEMINFO_DROPS = 32;

    private static final long MAPPED = 0xffffL;

    /**
     * Decodes a datagram from its position to its limit, in the machine's byte order; does not change the buffer. Never
     * throws: truncated and unknown messages are skipped, and a datagram without any message counts as the last.
     */
    public static SockDiagReply decode(ByteBuffer datagram, ByteOrder machine) {
        ByteBuffer bytes = datagram.slice().order(machine);
        List<SocketEntry> entries = new ArrayList<>();
        NetlinkDatagram read = NetlinkDatagram.read(bytes, (type, begin, end) -> {
            if (type == SOCK_DIAG_BY_FAMILY && end - begin >= NetlinkDatagram.HEADER + ENTRY) {
                entry(bytes, begin + NetlinkDatagram.HEADER, end, entries);
            }
        });
        return new SockDiagReply(List.copyOf(entries), read.last(), read.errno(), read.interrupted());
    }

    private static void entry(ByteBuffer bytes, int at, int end, List<SocketEntry> entries) {
        int family = bytes.get(at);
        int state = bytes.get(at + 1);
        if ((family != AF_INET && family != AF_INET6) || !KernelStates.known(state)) {
            return;
        }
        ByteBuffer network = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
        entries.add(new SocketEntry(
                new FourTuple(
                        address(network, at + 8, family),
                        Short.toUnsignedInt(network.getShort(at + 4)),
                        address(network, at + 24, family),
                        Short.toUnsignedInt(network.getShort(at + 6))),
                KernelStates.of(state),
                SocketEntry.Timer.of(bytes.get(at + 2)),
                Integer.toUnsignedLong(bytes.getInt(at + 52)),
                Byte.toUnsignedInt(bytes.get(at + 3)),
                Integer.toUnsignedLong(bytes.getInt(at + 56)),
                Integer.toUnsignedLong(bytes.getInt(at + 60)),
                Integer.toUnsignedLong(bytes.getInt(at + 64)),
                Integer.toUnsignedLong(bytes.getInt(at + 68)),
                number(bytes, attribute(bytes, at + ENTRY, end, INET_DIAG_SKMEMINFO), SK_MEMINFO_DROPS),
                detail(bytes, at, end)));
    }

    /** Null for an entry without these attributes. */
    private static @Nullable SocketDetail detail(ByteBuffer bytes, int at, int end) {
        int info = attribute(bytes, at + ENTRY, end, INET_DIAG_INFO);
        int memory = attribute(bytes, at + ENTRY, end, INET_DIAG_SKMEMINFO);
        if (info < 0 && memory < 0) {
            return null;
        }
        return new SocketDetail(
                bytes.getLong(at + COOKIE),
                info < 0 ? null : info(bytes, info),
                longNumber(bytes, info, TCPI_BYTES_SENT),
                number(bytes, memory, 0));
    }

    private static TcpInfo info(ByteBuffer bytes, int attribute) {
        int length = length(bytes, attribute);
        ByteBuffer part = bytes.duplicate();
        part.limit(attribute + ATTRIBUTE_HEADER + length).position(attribute + ATTRIBUTE_HEADER);
        return TcpInfo.decode(part.slice(), length);
    }

    /** Where the attribute of this type begins, behind an entry; -1 without one. */
    private static int attribute(ByteBuffer bytes, int begin, int end, short type) {
        int at = begin;
        while (end - at >= ATTRIBUTE_HEADER) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            if (length < ATTRIBUTE_HEADER || length > end - at) {
                break;
            }
            if (bytes.getShort(at + 2) == type) {
                return at;
            }
            at += (length + 3) & ~3;
        }
        return -1;
    }

    /** Length of an attribute's content. */
    private static int length(ByteBuffer bytes, int attribute) {
        return Short.toUnsignedInt(bytes.getShort(attribute)) - ATTRIBUTE_HEADER;
    }

    /** The unsigned number of 32 bits at this offset of an attribute's content; -1 where it does not reach that far. */
    private static long number(ByteBuffer bytes, int attribute, int offset) {
        return attribute < 0 || length(bytes, attribute) < offset + Integer.BYTES
                ? -1
                : Integer.toUnsignedLong(bytes.getInt(attribute + ATTRIBUTE_HEADER + offset));
    }

    /** The same with 64 bits. */
    private static long longNumber(ByteBuffer bytes, int attribute, int offset) {
        return attribute < 0 || length(bytes, attribute) < offset + Long.BYTES
                ? -1
                : bytes.getLong(attribute + ATTRIBUTE_HEADER + offset);
    }

    private static IpAddress address(ByteBuffer network, int at, int family) {
        if (family == AF_INET) {
            return IpAddress.v4(network.getInt(at));
        }
        long high = network.getLong(at);
        long low = network.getLong(at + 8);
        boolean mapped = high == 0 && low >>> Integer.SIZE == MAPPED;
        return mapped ? IpAddress.v4((int) low) : IpAddress.v6(high, low);
    }
}
