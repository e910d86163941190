package dev.finspect.session;

import java.net.InetSocketAddress;

/**
 * What is fixed about a session from its first moment.
 *
 * @param id unique and sortable by start
 * @param route the route's name; empty for what was read from a capture file, which has no listener either
 * @param listener the address that the listener was bound to; from a file the responder's
 * @param client the client's address and port
 * @param accepted the local address and port of the accepted socket
 * @param startEpochNanos wall clock at accept(), nanoseconds since the Unix epoch
 * @param startNanos monotonic clock at accept()
 */
public record SessionIdentity(
        String id,
        String route,
        InetSocketAddress listener,
        InetSocketAddress client,
        InetSocketAddress accepted,
        long startEpochNanos,
        long startNanos) {
    /** Wall clock, nanoseconds since the Unix epoch, of the moment {@code atNanos} of the monotonic clock. */
    public long epochNanos(long atNanos) {
        return startEpochNanos + (atNanos - startNanos);
    }
}
