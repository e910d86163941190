package dev.finspect.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is fixed about a session from its first moment.
 *
 * @param id unique; that of a live session sorts by start
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
    /** So many first letters of an id differ from those of every other session of its process. */
    public static final int SHORT_ID_LENGTH = 11;

    /** The same for what was read from a capture file, among the connections of what was read with it. */
    public static final int SHORT_ID_LENGTH_OF_FILE = 6;

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

    /** The first letters of the id, which are enough to name the session. */
    public String shortId() {
        return shortened(id, route);
    }

    /** The same of a session of this id and route. */
    public static String shortened(String id, String route) {
        int length = route.isEmpty() ? SHORT_ID_LENGTH_OF_FILE : SHORT_ID_LENGTH;
        return id.substring(0, Math.min(length, id.length()));
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
