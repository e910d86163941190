package dev.finspect.session.watch;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When sessions of a route last reached each address of its upstreams' names: an address that still answers others was not taken
 * out of service. As many as were reached last are known. Any thread.
 */
final class ReachedAddresses {
    private static final int KEPT = 64;

    private final Map<InetSocketAddress, Long> reachedAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, Long> eldest) {
            return size() > KEPT;
        }
    };

    /** A session has connected to it, at this moment of the wall clock. */
    synchronized void reached(InetSocketAddress address, long atEpochNanos) {
        reachedAt.put(address, atEpochNanos);
    }

    /** When one last did; not observed where none is known. */
    synchronized Observation<Long> reachedAt(InetSocketAddress address) {
        Long at = reachedAt.get(address);
        return at == null ? Observation.notObserved() : Fact.socket(at);
    }
}
