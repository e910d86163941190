package dev.finspect.kernel.sockets;

import dev.finspect.tcp.TcpState;
import java.io.IOException;
import java.util.Set;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the handshakes of clients that are under way, by netlink. Blocks for up to two seconds; not for an event loop. */
public final class HandshakeCount {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeCount.class);
    /**
     * SYN-ACKs are repeated after 1, 3 and 7 seconds. A client that has not answered the first three within that time
     * has gone, or never was.
     */
    private static final int MOST_REPEATS = 2;

    private HandshakeCount() {}

    /** Handshakes with these local ports whose client may still answer; -1 where the kernel does not say. */
    public static int of(SortedSet<Integer> ports) {
        int[] count = new int[1];
        try (SocketTable table = SocketTable.open()) {
            table.list(Set.of(TcpState.SYN_RECEIVED), ports, entry -> {
                if (ports.contains(entry.tuple().sourcePort()) && entry.retransmits() <= MOST_REPEATS) {
                    count[0]++;
                }
            });
            return count[0];
        } catch (IOException e) {
            LOG.debug("handshakes cannot be counted", e);
            return -1;
        }
    }
}
