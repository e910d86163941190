package dev.finspect.kernel.sockets;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SockDiagReply;
import dev.finspect.wire.diag.SockDiagRequest;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * The kernel's table of TCP sockets in this network namespace, read through netlink (sock_diag(7)). Needs no privilege. Not
 * thread-safe, and not for an event loop: a reply takes from tens of microseconds to half a second.
 */
public final class SocketTable implements AutoCloseable {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final long TIMEOUT_SECONDS = 2;
    private static final int EAGAIN = 11;
    /** More than the kernel puts into one datagram. */
    private static final int REPLY_BYTES = 1 << 16;

    private final int descriptor;
    private final ByteBuffer reply = ByteBuffer.allocateDirect(REPLY_BYTES);
    private final Memory kernel = new Memory(12);

    private SocketTable(int descriptor) {
        this.descriptor = descriptor;
        kernel.clear();
        kernel.setShort(0, (short) AF_NETLINK);
    }

    /**
     * Opens a netlink socket.
     *
     * @throws IOException if that is not possible: not Linux, a sandbox, or JNA cannot be loaded; the message says which
     */
    public static SocketTable open() throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            throw new IOException("only Linux has sock_diag");
        }
        try {
            int descriptor = SocketsLibC.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
            Memory timeout = new Memory(16);
            timeout.setLong(0, TIMEOUT_SECONDS);
            timeout.setLong(8, 0);
            SocketsLibC.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeout, (int) timeout.size());
            return new SocketTable(descriptor);
        } catch (LastErrorException e) {
            throw new IOException(
                    "the kernel refuses a netlink socket for sock_diag (errno " + e.getErrorCode()
                            + "; a seccomp filter forbids it)",
                    e);
        } catch (LinkageError e) {
            throw new IOException("JNA cannot be loaded: " + firstLine(e), e);
        }
    }

    /**
     * The socket with this tuple; otherwise the listener that a SYN to its local address would reach; otherwise empty.
     *
     * @param tuple from the socket's local to its remote address
     */
    public Optional<SocketEntry> find(FourTuple tuple) throws IOException {
        SocketEntry[] found = new SocketEntry[1];
        ask(SockDiagRequest.exact(tuple, ByteOrder.nativeOrder()), entry -> found[0] = entry);
        return Optional.ofNullable(found[0]);
    }

    /**
     * Lists every socket in one of these states, of IPv4 and IPv6.
     *
     * @param ports one of its two ports must be among these; empty, or more than {@link SockDiagRequest#MOST_PORTS}, for any
     */
    public void list(Set<TcpState> states, SortedSet<Integer> ports, Consumer<SocketEntry> each) throws IOException {
        SortedSet<Integer> asked =
                ports.size() > SockDiagRequest.MOST_PORTS ? java.util.Collections.emptySortedSet() : ports;
        for (SockDiagRequest.Family family : SockDiagRequest.Family.values()) {
            ask(SockDiagRequest.list(family, states, asked, ByteOrder.nativeOrder()), each);
        }
    }

    /**
     * Lists the listeners at this port, of IPv4 and IPv6, each with what it has dropped. An exact look-up shows one of those
     * that share an address (SO_REUSEPORT), and not what it has dropped.
     */
    public void listeners(int port, Consumer<SocketEntry> each) throws IOException {
        for (SockDiagRequest.Family family : SockDiagRequest.Family.values()) {
            ask(SockDiagRequest.listeners(family, port, ByteOrder.nativeOrder()), entry -> {
                if (entry.tuple().sourcePort() == port) {
                    each.accept(entry);
                }
            });
        }
    }

    /**
     * Lists every socket in one of these states with all that the kernel says of it, of IPv4 and IPv6.
     *
     * @throws IOException also where the kernel cannot list TCP sockets at all
     */
    public void details(Set<TcpState> states, Consumer<SocketEntry> each) throws IOException {
        for (SockDiagRequest.Family family : SockDiagRequest.Family.values()) {
            int errno = reply(SockDiagRequest.details(family, states, ByteOrder.nativeOrder()), each);
            if (errno == SockDiagReply.ENOENT) {
                throw new IOException("this kernel cannot list TCP sockets: its module tcp_diag is not loaded");
            }
        }
    }

    private void ask(ByteBuffer request, Consumer<SocketEntry> each) throws IOException {
        reply(request, each);
    }

    /** Returns 0, or ENOENT. */
    private int reply(ByteBuffer request, Consumer<SocketEntry> each) throws IOException {
        try {
            SocketsLibC.sendto(descriptor, request, new NativeLong(request.capacity()), 0, kernel, (int) kernel.size());
            SockDiagReply part;
            do {
                int length = SocketsLibC.recv(descriptor, reply, new NativeLong(REPLY_BYTES), 0)
                        .intValue();
                part = SockDiagReply.decode(reply.duplicate().clear().limit(length), ByteOrder.nativeOrder());
                part.entries().forEach(each);
            } while (!part.last());
            if (part.errno() != 0 && part.errno() != SockDiagReply.ENOENT) {
                throw new IOException("sock_diag replied with errno " + part.errno());
            }
            return part.errno();
        } catch (LastErrorException e) {
            throw new IOException(
                    e.getErrorCode() == EAGAIN
                            ? "sock_diag did not reply within " + TIMEOUT_SECONDS + " s"
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
