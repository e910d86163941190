package dev.finspect.kernel.sockets;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketAnswer;
import dev.finspect.wire.diag.SocketEntry;
import dev.finspect.wire.diag.SocketQuestion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * The TCP sockets of this network namespace, asked through netlink (sock_diag(7)); needs no privilege. For one thread, and
 * not for an event loop: an answer takes from tens of microseconds to half a second.
 */
public final class SocketTable implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long PATIENCE_SECONDS = 2;
    private static final int EAGAIN = 11;
    /** More than the kernel puts into one datagram of a list. */
    private static final int ANSWER_BYTES = 1 << 16;

    private final int descriptor;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
    private final Memory kernel = new Memory(12);

    private SocketTable(int descriptor) {
        this.descriptor = descriptor;
        kernel.clear();
        kernel.setShort(0, (short) AF_NETLINK);
    }

    /**
     * Opens a way to ask.
     *
     * @throws IOException where there is none: another system than Linux, a sandbox, or JNA cannot be loaded; the message says
     *     which
     */
    public static SocketTable open() throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            throw new IOException("only Linux has sock_diag");
        }
        try {
            int descriptor = SocketsLibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
            Memory patience = new Memory(16);
            patience.setLong(0, PATIENCE_SECONDS);
            patience.setLong(8, 0);
            SocketsLibC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, patience, (int) patience.size());
            return new SocketTable(descriptor);
        } catch (LastErrorException e) {
            throw new IOException(
                    "the kernel gives no netlink socket for sock_diag (errno " + e.getErrorCode()
                            + "; a seccomp filter forbids it)",
                    e);
        } catch (LinkageError e) {
            throw new IOException("JNA cannot be loaded: " + firstLine(e), e);
        }
    }

    /**
     * The socket of this tuple; or, where nobody has it, the listener that a SYN to its own end would reach; or empty.
     *
     * @param tuple from the socket's own end to its far end
     */
    public Optional<SocketEntry> find(FourTuple tuple) throws IOException {
        SocketEntry[] found = new SocketEntry[1];
        ask(SocketQuestion.exact(tuple, ByteOrder.nativeOrder()), entry -> found[0] = entry);
        return Optional.ofNullable(found[0]);
    }

    /**
     * Tells every socket in one of these states, of IPv4 and IPv6.
     *
     * @param ports that one of its two ports must be of; empty, or more than {@link SocketQuestion#MOST_PORTS}, for any
     */
    public void list(Set<TcpState> states, SortedSet<Integer> ports, Consumer<SocketEntry> each) throws IOException {
        SortedSet<Integer> asked =
                ports.size() > SocketQuestion.MOST_PORTS ? java.util.Collections.emptySortedSet() : ports;
        for (SocketQuestion.Family family : SocketQuestion.Family.values()) {
            ask(SocketQuestion.list(family, states, asked, ByteOrder.nativeOrder()), each);
        }
    }

    private void ask(ByteBuffer question, Consumer<SocketEntry> each) throws IOException {
        try {
            SocketsLibC.sendto(
                    descriptor, question, new NativeLong(question.capacity()), 0, kernel, (int) kernel.size());
            SocketAnswer part;
            do {
                int length = SocketsLibC.recv(descriptor, answer, new NativeLong(ANSWER_BYTES), 0)
                        .intValue();
                part = SocketAnswer.decode(answer.duplicate().clear().limit(length), ByteOrder.nativeOrder());
                part.entries().forEach(each);
            } while (!part.last());
            if (part.errno() != 0 && part.errno() != SocketAnswer.ENOENT) {
                throw new IOException("sock_diag answers with errno " + part.errno());
            }
        } catch (LastErrorException e) {
            throw new IOException(
                    e.getErrorCode() == EAGAIN
                            ? "sock_diag has not answered within " + PATIENCE_SECONDS + " s"
                            : "sock_diag: errno " + e.getErrorCode(),
                    e);
        }
    }

    @Override
    public void close() {
        SocketsLibC.close(descriptor);
    }

    static String firstLine(Throwable error) {
        String words = error.getMessage() == null ? error.toString() : error.getMessage();
        return words.lines().findFirst().orElse("");
    }
}
