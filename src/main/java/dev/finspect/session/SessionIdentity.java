package dev.finspect.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed about a session from its first moment.
 *
 * @param id unique and sortable by start
 * @param route the route's name; empty for what was read from a capture file, which has no listener either
 * @param listener the address that the listener was bound to; from a file the responder's
 * @param client the client's address and port
 * @param accepted the local address and port of the accepted socket
 * @param original where the client of an intercepted connection was bound for; null where it was not intercepted, or
 *     where that is not known
 * @param startEpochNanos wall clock at accept(), nanoseconds since the Unix epoch
 * @param startNanos monotonic clock at accept()
 */
public record SessionIdentity(
        String id,
        String route,
        InetSocketAddress listener,
        InetSocketAddress client,
        InetSocketAddress accepted,
        @Nullable InetSocketAddress original,
        long startEpochNanos,
        long startNanos) {
    /** Of a connection that was not intercepted. */
    public SessionIdentity(
            String id,
            String route,
            InetSocketAddress listener,
            InetSocketAddress client,
            InetSocketAddress accepted,
            long startEpochNanos,
            long startNanos) {
        this(id, route, listener, client, accepted, null, startEpochNanos, startNanos);
    }

    /**
     * The address that the client's packets go to and its socket is connected with, as a capture on this machine sees it. What
     * a REDIRECT takes from this machine itself goes to the loopback; else the kernel changes the address behind the capture.
     */
    public InetSocketAddress onWire() {
        InetSocketAddress meant = original;
        return meant == null || accepted.getAddress().isLoopbackAddress() ? accepted : meant;
    }

    /** What the client's own socket is connected with. */
    public InetSocketAddress dialled() {
        return original == null ? accepted : original;
    }

    /** Wall clock, nanoseconds since the Unix epoch, of the moment {@code atNanos} of the monotonic clock. */
    public long epochNanos(long atNanos) {
        return startEpochNanos + (atNanos - startNanos);
    }
}
