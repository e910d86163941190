package dev.finspect.kernel.sockets;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.conntrack.ConntrackEntry;
import dev.finspect.wire.conntrack.ConntrackReply;
import dev.finspect.wire.conntrack.ConntrackRequest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The kernel's table of tracked connections (conntrack) in this network namespace, read through netlink. Needs CAP_NET_ADMIN. Not
 * thread-safe, and not for an event loop.
 */
final class ConntrackTable implements ConntrackEntries {
    private final NetlinkSocket socket;

    private ConntrackTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a netlink socket, for which no right is needed.
     *
     * @throws IOException if that is not possible, with the reason
     */
    static ConntrackTable open() throws IOException {
        return new ConntrackTable(NetlinkSocket.open(NetlinkSocket.Part.NETFILTER));
    }

    @Override
    public Optional<ConntrackEntry> find(FourTuple tuple) throws IOException {
        socket.send(ConntrackRequest.exact(tuple, ByteOrder.nativeOrder()));
        ConntrackReply reply = checked(ConntrackReply.decode(socket.receive(), ByteOrder.nativeOrder()));
        return reply.entries().stream().findFirst();
    }

    @Override
    public boolean list(boolean v6, int most, Consumer<ConntrackEntry> each) throws IOException {
        socket.send(ConntrackRequest.list(v6, ByteOrder.nativeOrder()));
        int read = 0;
        ConntrackReply reply;
        do {
            reply = checked(ConntrackReply.decode(socket.receive(), ByteOrder.nativeOrder()));
            reply.entries().forEach(each);
            read += reply.messages();
        } while (!reply.last() && read < most);
        return reply.last();
    }

    private static ConntrackReply checked(ConntrackReply reply) throws IOException {
        if (reply.errno() == ConntrackReply.EPERM) {
            throw new IOException("finspect may not read the entries of conntrack: CAP_NET_ADMIN is missing");
        }
        if (reply.errno() != 0 && reply.errno() != ConntrackReply.ENOENT) {
            throw new IOException("conntrack replied with errno " + reply.errno());
        }
        return reply;
    }

    @Override
    public void close() {
        socket.close();
    }
}
