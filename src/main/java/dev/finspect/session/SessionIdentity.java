package dev.finspect.session;

import java.net.InetSocketAddress;

/**
 * What is fixed about a session from its first moment.
 *
 * @param id unique and sortable by start
 * @param route the route's name
 * @param listener the address that the listener was bound to
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
        long startNanos) {}
