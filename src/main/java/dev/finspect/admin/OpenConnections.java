package dev.finspect.admin;

import io.netty.channel.Channel;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;

/** The open connections and their limits. Confined to the admin server's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // The result of a close is not needed.
final class OpenConnections {
    /** What every connection may have, however much the others hold. */
    static final int SMALL_BYTES = 1 << 10;

    private final int maxConnections;
    private final long maxHeldBytes;
    private final Set<Channel> serving = new LinkedHashSet<>();
    /** Oldest idle connection first. */
    private final Set<Channel> waiting = new LinkedHashSet<>();

    /** Bodies that are being sent, and how many responses have each. */
    private final IdentityHashMap<byte[], Integer> held = new IdentityHashMap<>();

    private long heldBytes;

    OpenConnections(AdminLimits limits) {
        this.maxConnections = limits.connections();
        this.maxHeldBytes = limits.heldBytes();
    }

    /**
     * Adds a new connection. At the limit, it closes the connection that has been idle longest.
     *
     * @return false if all connections are being served and the new one must be closed
     */
    boolean admit(Channel channel) {
        if (serving.size() + waiting.size() >= maxConnections) {
            if (waiting.isEmpty()) {
                return false;
            }
            Channel oldest = waiting.iterator().next();
            waiting.remove(oldest);
            oldest.close();
        }
        return waiting.add(channel);
    }

    /** The connection has sent a request. */
    void requestStarted(Channel channel) {
        if (waiting.remove(channel)) {
            serving.add(channel);
        }
    }

    /** The response was sent; the connection may send another request. */
    void requestEnded(Channel channel) {
        if (serving.remove(channel)) {
            waiting.add(channel);
        }
    }

    /** The connection is closed. */
    void closed(Channel channel) {
        waiting.remove(channel);
        serving.remove(channel);
    }

    /**
     * Reserves memory for a response; false if unsent responses already use too much. A body that several share counts once. A
     * small one is never refused: there must be room to say that there is none, and a connection has one response at a time.
     */
    boolean reserve(byte[] body) {
        if (!held.containsKey(body)) {
            if (body.length > SMALL_BYTES && heldBytes > 0 && heldBytes + body.length > maxHeldBytes) {
                return false;
            }
            heldBytes += body.length;
        }
        held.merge(body, 1, Integer::sum);
        return true;
    }

    /** Returns the memory of a response that was sent or dropped. */
    void release(byte[] body) {
        Integer left = held.merge(body, -1, Integer::sum);
        if (left != null && left == 0) {
            held.remove(body);
            heldBytes -= body.length;
        }
    }
}
