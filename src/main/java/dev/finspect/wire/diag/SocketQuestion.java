package dev.finspect.wire.diag;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.SortedSet;

/** Questions to the kernel's socket table: a netlink header and a struct inet_diag_req_v2 (linux/inet_diag.h). */
public final class SocketQuestion {
    /** Which list of sockets: those opened as IPv4, or those opened as IPv6, which hold IPv4 connections too. */
    public enum Family {
        V4((byte) 2),
        V6((byte) 10);

        private final byte number;

        Family(byte number) {
            this.number = number;
        }
    }

    /** Ports that a list can be narrowed to in one question: what the kernel's offsets of 16 bits reach. */
    public static final int MOST_PORTS = 1000;

    private static final int LENGTH = 72;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final byte IPPROTO_TCP = 6;
    private static final short INET_DIAG_REQ_BYTECODE = 1;
    private static final byte BC_JMP = 1;
    private static final byte BC_S_GE = 2;
    private static final byte BC_S_LE = 3;
    private static final byte BC_D_GE = 4;
    private static final byte BC_D_LE = 5;
    private static final int OPERATION = 4;
    private static final int JUMP = 4;
    /** One port on one side: from it on, up to it, and where it fits a jump to the end. */
    private static final int TERM = OPERATION * 2 + OPERATION * 2 + JUMP;

    private SocketQuestion() {}

    /**
     * Asks for one socket. The kernel answers with a listener where nobody has this tuple, so that the answer's tuple and state
     * must be looked at.
     *
     * @param tuple from the socket's own end to its far end; both of one version of IP
     */
    public static ByteBuffer exact(FourTuple tuple, ByteOrder machine) {
        ByteBuffer question = begin(LENGTH, NLM_F_REQUEST, machine);
        question.put(16, (tuple.source().v6() ? Family.V6 : Family.V4).number);
        question.putInt(20, -1);
        ByteBuffer network = question.duplicate().order(ByteOrder.BIG_ENDIAN);
        network.putShort(24, (short) tuple.sourcePort());
        network.putShort(26, (short) tuple.destinationPort());
        put(network, 28, tuple.source());
        put(network, 44, tuple.destination());
        // No cookie is known.
        question.putInt(64, -1);
        question.putInt(68, -1);
        return question;
    }

    /**
     * Asks for the list of sockets in any of these states.
     *
     * @param ports that one of a socket's two ports must be of, at most {@link #MOST_PORTS}; empty for any
     */
    public static ByteBuffer list(Family family, Set<TcpState> states, SortedSet<Integer> ports, ByteOrder machine) {
        if (ports.size() > MOST_PORTS) {
            throw new IllegalArgumentException(ports.size() + " ports are too many for one question");
        }
        int terms = ports.size() * 2;
        // The last term needs no jump: to match it is to be at the end.
        int codes = terms == 0 ? 0 : terms * TERM - JUMP;
        ByteBuffer question =
                begin(LENGTH + (codes == 0 ? 0 : 4 + codes), (short) (NLM_F_REQUEST | NLM_F_DUMP), machine);
        question.put(16, family.number);
        question.putInt(20, bits(states));
        if (codes > 0) {
            question.putShort(LENGTH, (short) (4 + codes));
            question.putShort(LENGTH + 2, INET_DIAG_REQ_BYTECODE);
            filter(question, LENGTH + 4, ports);
        }
        return question;
    }

    private static ByteBuffer begin(int length, short flags, ByteOrder machine) {
        ByteBuffer question = ByteBuffer.allocateDirect(length).order(machine);
        question.putInt(0, length).putShort(4, SOCK_DIAG_BY_FAMILY).putShort(6, flags);
        question.put(17, IPPROTO_TCP);
        return question;
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
     * "Own port is p1, or far port is p1, or own port is p2, ...": each term is two comparisons, whose failing leads to the next
     * term and whose success to a jump to the end. The failing of the last one leads beyond the end, which means no.
     */
    private static void filter(ByteBuffer question, int begin, SortedSet<Integer> ports) {
        int end = begin + ports.size() * 2 * TERM - JUMP;
        int at = begin;
        for (int port : ports) {
            for (int side = 0; side < 2; side++) {
                int next = at + TERM;
                int no = next > end ? end + 4 : next;
                compare(question, at, side == 0 ? BC_S_GE : BC_D_GE, port, no);
                compare(question, at + OPERATION * 2, side == 0 ? BC_S_LE : BC_D_LE, port, no);
                if (next <= end) {
                    int jump = at + OPERATION * 4;
                    question.put(jump, BC_JMP).put(jump + 1, (byte) JUMP).putShort(jump + 2, (short) (end - jump));
                }
                at = next;
            }
        }
    }

    /** An operation and the operand that follows it, whose {@code no} is the port. */
    private static void compare(ByteBuffer question, int at, byte code, int port, int no) {
        question.put(at, code).put(at + 1, (byte) (OPERATION * 2)).putShort(at + 2, (short) (no - at));
        question.putShort(at + OPERATION + 2, (short) port);
    }
}
