package dev.finspect.kernel.sockets;

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
    private final NetlinkSocket socket;

    private SocketTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a netlink socket.
     *
     * @throws IOException if that is not possible: not Linux, a sandbox, or JNA cannot be loaded; the message says which
     */
    public static SocketTable open() throws IOException {
        return new SocketTable(NetlinkSocket.open(NetlinkSocket.Part.SOCKETS));
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
        socket.send(request);
        SockDiagReply part;
        do {
            part = SockDiagReply.decode(socket.receive(), ByteOrder.nativeOrder());
            part.entries().forEach(each);
        } while (!part.last());
        if (part.errno() != 0 && part.errno() != SockDiagReply.ENOENT) {
            throw new IOException("sock_diag replied with errno " + part.errno());
        }
        return part.errno();
    }

    @Override
    public void close() {
        socket.close();
    }
}
