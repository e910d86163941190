package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Requests to the kernel's socket table: a netlink header and a struct inet_diag_req_v2 (linux/inet_diag.h). */
public final class SockDiagRequest {
    /** Address family of the sockets to list. IPv6 sockets can have IPv4 connections too. */
    public enum Family {
        V4((byte) 2),
        V6((byte) 10);

        private final byte number;

        Family(byte number) {
            this.number = number;
        }
    }

    /** Most ports in the filter of one request, limited by the kernel's 16-bit offsets. */
    public static final int MOST_PORTS = 1000;

    private static final int LENGTH = 72;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final byte IPPROTO_TCP = 6;
    private static final short INET_DIAG_REQ_BYTECODE = 1;
    /** The extension INET_DIAG_INFO, number 2. */
    private static final byte INET_DIAG_INFO_BIT = 1 << 1;
    /** The extension INET_DIAG_SKMEMINFO, number 7. */
    private static final byte INET_DIAG_SKMEMINFO_BIT = 1 << 6;

    private static final byte BC_JMP = 1;
    private static final byte BC_S_GE = 2;
    private static final byte BC_S_LE = 3;
    private static final byte BC_D_GE = 4;
    private static final byte BC_D_LE = 5;
    private static final int OPERATION = 4;
    private static final int JUMP = 4;
    /** Bytes for one port on one side: two comparisons, and a jump to the end if both match. */
    private static final int TERM = OPERATION * 2 + OPERATION * 2 + JUMP;

    private SockDiagRequest() {}

    /**
     * Requests one socket. If no socket has this tuple, the kernel replies with the listener, so the caller has to check the
     * tuple and the state in the reply.
     *
     * @param tuple from the socket's local to its remote address; both of one IP version
     */
    public static ByteBuffer exact(FourTuple tuple, ByteOrder machine) {
        ByteBuffer request = begin(LENGTH, NLM_F_REQUEST, machine);
        request.put(16, (tuple.source().v6() ? Family.V6 : Family.V4).number);
        request.putInt(20, -1);
        ByteBuffer network = request.duplicate().order(ByteOrder.BIG_ENDIAN);
        network.putShort(24, (short) tuple.sourcePort());
        network.putShort(26, (short) tuple.destinationPort());
        put(network, 28, tuple.source());
        put(network, 44, tuple.destination());
        // No cookie.
        request.putInt(64, -1);
        request.putInt(68, -1);
        return request;
    }

    /**
     * Requests the list of sockets in any of these states.
     *
     * @param ports one of a socket's two ports must be among these, at most {@link #MOST_PORTS}; empty for any
     */
    public static ByteBuffer list(Family family, Set<TcpState> states, SortedSet<Integer> ports, ByteOrder machine) {
        if (ports.size() > MOST_PORTS) {
            throw new IllegalArgumentException(ports.size() + " ports are too many for one request");
        }
        int terms = ports.size() * 2;
        // The last term needs no jump: if it matches, the end follows.
        int codes = terms == 0 ? 0 : terms * TERM - JUMP;
        ByteBuffer request =
                begin(LENGTH + (codes == 0 ? 0 : 4 + codes), (short) (NLM_F_REQUEST | NLM_F_DUMP), machine);
        request.put(16, family.number);
        request.putInt(20, bits(states));
        if (codes > 0) {
            request.putShort(LENGTH, (short) (4 + codes));
            request.putShort(LENGTH + 2, INET_DIAG_REQ_BYTECODE);
            filter(request, LENGTH + 4, ports);
        }
        return request;
    }

    /** Requests the listeners at this port, each with what it has dropped. */
    public static ByteBuffer listeners(Family family, int port, ByteOrder machine) {
        ByteBuffer request = list(family, Set.of(TcpState.LISTEN), new TreeSet<>(Set.of(port)), machine);
        return request.put(18, INET_DIAG_SKMEMINFO_BIT);
    }

    /** Requests the list of sockets in any of these states, each with a {@link SocketDetail}. */
    public static ByteBuffer details(Family family, Set<TcpState> states, ByteOrder machine) {
        ByteBuffer request = list(family, states, java.util.Collections.emptySortedSet(), machine);
        return request.put(18, (byte) (INET_DIAG_INFO_BIT | INET_DIAG_SKMEMINFO_BIT));
    }

    private static ByteBuffer begin(int length, short flags, ByteOrder machine) {
        ByteBuffer request = ByteBuffer.allocateDirect(length).order(machine);
        request.putInt(0, length).putShort(4, SOCK_DIAG_BY_FAMILY).putShort(6, flags);
        request.put(17, IPPROTO_TCP);
        return request;
    }

    private static void put(ByteBuffer network, int at, IpAddress address) {
        if (address.v6()) {
            network.putLong(at, address.high()).putLong(at + 8, address.low());
        } else {
            network.putInt(at, (int) address.low());
        }
    }

    /** One bit for each of the kernel's numbers of these states. */
    private static int bits(Set<TcpState> states) {
        int bits = 0;
        for (TcpState state : states) {
            bits |= switch (state) {
                case ESTABLISHED -> 1 << 1;
                case SYN_SENT -> 1 << 2;
                // Those before and after the request became a socket.
                case SYN_RECEIVED -> 1 << 3 | 1 << 12;
                case FIN_WAIT_1 -> 1 << 4;
                case FIN_WAIT_2 -> 1 << 5;
                case TIME_WAIT -> 1 << 6;
                case CLOSED -> 1 << 7;
                case CLOSE_WAIT -> 1 << 8;
                case LAST_ACK -> 1 << 9;
                case LISTEN -> 1 << 10;
                case CLOSING -> 1 << 11;
            };
        }
        return bits;
    }

    /**
     * "Local port is p1, or remote port is p1, or local port is p2, ...": each term has two comparisons. If one fails, the next
     * term follows; if both match, a jump to the end. If the last term fails, the offset lies beyond the end, which means no.
     */
    private static void filter(ByteBuffer request, int begin, SortedSet<Integer> ports) {
        int end = begin + ports.size() * 2 * TERM - JUMP;
        int at = begin;
        for (int port : ports) {
            for (int side = 0; side < 2; side++) {
                int next = at + TERM;
                int no = next > end ? end + 4 : next;
                compare(request, at, side == 0 ? BC_S_GE : BC_D_GE, port, no);
                compare(request, at + OPERATION * 2, side == 0 ? BC_S_LE : BC_D_LE, port, no);
                if (next <= end) {
                    int jump = at + OPERATION * 4;
                    request.put(jump, BC_JMP).put(jump + 1, (byte) JUMP).putShort(jump + 2, (short) (end - jump));
                }
                at = next;
            }
        }
    }

    /** Writes an operation and the operand that follows it, whose {@code no} field is the port. */
    private static void compare(ByteBuffer request, int at, byte code, int port, int no) {
        request.put(at, code).put(at + 1, (byte) (OPERATION * 2)).putShort(at + 2, (short) (no - at));
        request.putShort(at + OPERATION + 2, (short) port);
    }
}
