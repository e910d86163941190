package dev.finspect.relay.epoll;

import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Buffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A classic socket filter (SO_ATTACH_FILTER, socket(7)) that makes a listening socket drop each new SYN. Everything else
 * passes: connections in the accept queue stay, and handshakes under way complete. A client whose SYN is dropped sends it
 * again a second later, and is refused then, or reaches the next process that listens. Newer kernels want
 * {@code CAP_NET_ADMIN} for it; see {@link NoInterface}.
 */
final class SynFilter {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    /** {@code struct sock_filter}: a code, two jump distances, an operand. */
    private static final int INSTRUCTION_BYTES = 8;

    /** {@code struct sock_fprog} where pointers have 8 bytes: a count, padding, the address of the instructions. */
    private static final int PROGRAM_BYTES = 16;

    private static final int LOAD_BYTE = 0x30;
    private static final int AND = 0x54;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;

    /** Offset of the flags in a TCP header, where a filter of a TCP socket begins. */
    private static final int FLAGS = 13;

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int DROP = 0;
    private static final int WHOLE_PACKET = -1;

    private SynFilter() {}

    /** Attaches it to a listening socket; sockets accepted from it inherit it, where it does nothing. */
    static void attach(LinuxSocket listener) throws IOException {
        ByteBuffer code = ByteBuffer.allocateDirect(5 * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        put(code, LOAD_BYTE, 0, FLAGS);
        put(code, AND, 0, SYN | ACK);
        put(code, JUMP_IF_EQUAL, 1, SYN);
        put(code, RETURN, 0, DROP);
        put(code, RETURN, 0, WHOLE_PACKET);
        ByteBuffer program = ByteBuffer.allocateDirect(PROGRAM_BYTES).order(ByteOrder.nativeOrder());
        program.putShort(0, (short) (code.capacity() / INSTRUCTION_BYTES));
        program.putLong(PROGRAM_BYTES - Long.BYTES, Buffer.memoryAddress(code));
        try {
            listener.setRawOpt(SOL_SOCKET, SO_ATTACH_FILTER, program);
        } finally {
            Reference.reachabilityFence(code);
        }
    }

    private static void put(ByteBuffer code, int operation, int skippedUnlessTrue, int operand) {
        code.putShort((short) operation)
                .put((byte) 0)
                .put((byte) skippedUnlessTrue)
                .putInt(operand);
    }
}
