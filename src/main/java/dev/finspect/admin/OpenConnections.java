package dev.finspect.admin;

import io.netty.channel.Channel;
import java.util.LinkedHashSet;
import java.util.Set;

/** The connections that are open now, within their limits. Confined to the admin server's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // A close that fails has closed all the same.
final class OpenConnections {
    private final int most;
    private final long mostHeldBytes;
    private final Set<Channel> serving = new LinkedHashSet<>();
    /** In the order in which they began to wait. */
    private final Set<Channel> waiting = new LinkedHashSet<>();

    private long heldBytes;

    OpenConnections(AdminLimits limits) {
        this.most = limits.connections();
        this.mostHeldBytes = limits.heldBytes();
    }

    /**
     * Takes a new connection in; where there are too many, the one that has waited longest without a request is closed.
     *
     * @return false where all are being served, so that the new one cannot be
     */
    boolean admit(Channel channel) {
        if (serving.size() + waiting.size() >= most) {
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
    void serves(Channel channel) {
        if (waiting.remove(channel)) {
            serving.add(channel);
        }
    }

    /** The connection has its answer and may send another request. */
    void waits(Channel channel) {
        if (serving.remove(channel)) {
            waiting.add(channel);
        }
    }

    /** The connection is gone. */
    void left(Channel channel) {
        waiting.remove(channel);
        serving.remove(channel);
    }

    /** Sets bytes of an answer aside; false where answers that nobody takes hold too many already. */
    boolean hold(int bytes) {
        if (heldBytes > 0 && heldBytes + bytes > mostHeldBytes) {
            return false;
        }
        heldBytes += bytes;
        return true;
    }

    /** The bytes of an answer were sent, or are lost. */
    void release(int bytes) {
        heldBytes -= bytes;
    }
}
