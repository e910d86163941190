package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.KernelStates;
import dev.finspect.wire.TcpInfo;
import dev.finspect.wire.netlink.AttributeList;
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
    private static final int INET_DIAG_INFO = 2;
    private static final int INET_DIAG_SKMEMINFO = 7;
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
        AttributeList attributes = new AttributeList(bytes, at + ENTRY, end);
        AttributeList memory = attributes.inner(INET_DIAG_SKMEMINFO);
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
                memory == null ? -1 : memory.intAt(SK_MEMINFO_DROPS),
                detail(bytes.getLong(at + COOKIE), attributes.inner(INET_DIAG_INFO), memory)));
    }

    /** Null for an entry without these attributes. */
    private static @Nullable SocketDetail detail(
            long cookie, @Nullable AttributeList info, @Nullable AttributeList memory) {
        return info == null && memory == null
                ? null
                : new SocketDetail(
                        cookie,
                        info == null ? null : TcpInfo.decode(info.content(), info.length()),
                        info == null ? -1 : info.longAt(TCPI_BYTES_SENT),
                        memory == null ? -1 : memory.intAt(0));
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
