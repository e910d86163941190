package dev.finspect.kernel.sockets;

import dev.finspect.kernel.namespace.NetworkNamespaces;
import dev.finspect.session.host.NamespaceReading;
import dev.finspect.tcp.EpochNanos;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.diag.SocketEntry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The sockets of one network namespace, which can be read again and again. Not thread-safe. */
public final class NamespaceSockets implements AutoCloseable {
    /** More do not fit into the memory of a command. */
    private static final int MOST = 65_536;

    private static final Set<TcpState> STATES = EnumSet.complementOf(EnumSet.of(TcpState.TIME_WAIT, TcpState.CLOSED));

    private final NetworkNamespaces.Found namespace;
    private final SocketTable table;
    private final Set<IpAddress> addresses;
    private long leftOut;

    private NamespaceSockets(NetworkNamespaces.Found namespace, SocketTable table, Set<IpAddress> addresses) {
        this.namespace = namespace;
        this.table = table;
        this.addresses = addresses;
    }

    /**
     * Opens a netlink socket there.
     *
     * @throws IOException where that is not permitted or not possible; the message says why
     */
    public static NamespaceSockets open(NetworkNamespaces.Found namespace) throws IOException {
        return namespace.in(() -> new NamespaceSockets(namespace, SocketTable.open(), LocalAddresses.ofThread()));
    }

    /** Which namespace it is. */
    public NetworkNamespaces.Found namespace() {
        return namespace;
    }

    /** Reads all TCP sockets but those in TIME-WAIT, each with its detail; at most {@value #MOST}. */
    public NamespaceReading read() throws IOException {
        List<SocketEntry> all = new ArrayList<>();
        leftOut = 0;
        table.details(STATES, entry -> {
            if (all.size() < MOST) {
                all.add(entry);
            } else {
                leftOut++;
            }
        });
        return new NamespaceReading(
                namespace.number(),
                namespace.name(),
                namespace.enter(),
                EpochNanos.of(Instant.now()),
                addresses,
                List.copyOf(all));
    }

    /** How many sockets the latest reading left out. */
    public long leftOut() {
        return leftOut;
    }

    @Override
    public void close() {
        table.close();
    }
}
