package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The local ends of upstream connections of routes that intercept: one of them that comes in as a client has been intercepted
 * itself, and would go round for ever. Any thread.
 */
final class OwnDials {
    private final Set<InetSocketAddress> ends = ConcurrentHashMap.newKeySet();

    void add(InetSocketAddress local) {
        ends.add(local);
    }

    void remove(InetSocketAddress local) {
        ends.remove(local);
    }

    /** Whether a client of this address is finspect itself. */
    boolean contains(InetSocketAddress client) {
        return ends.contains(client);
    }
}
