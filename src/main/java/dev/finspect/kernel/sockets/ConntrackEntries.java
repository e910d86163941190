package dev.finspect.kernel.sockets;

import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** The entries of tracked connections, as they can be asked for. Not thread-safe. */
interface ConntrackEntries extends AutoCloseable {
    /**
     * The entry of the connection whose packets have this tuple in either direction; empty without one.
     *
     * @throws IOException if the kernel does not reply, or refuses
     */
    Optional<ConntrackEntry> find(FourTuple tuple) throws IOException;

    /**
     * Lists the TCP connections among the first entries of one IP version. At least {@code most} entries of any protocol are read
     * where there are so many. Nothing else can be asked after a list that was not read to its end.
     *
     * @return whether it was read to its end
     */
    boolean list(boolean v6, int most, Consumer<ConntrackEntry> each) throws IOException;

    @Override
    void close();
}
