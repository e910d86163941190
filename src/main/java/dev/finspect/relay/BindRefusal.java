package dev.finspect.relay;

import java.net.InetSocketAddress;

/** What a listener that could not be bound means to the one who started the relay. */
final class BindRefusal {
    private BindRefusal() {}

    /** The exception that says what failed, where, and what to do. */
    static RelayStartException of(Route route, InetSocketAddress wanted, int errno, Throwable error) {
        String where = "route " + route.settings().name() + " cannot listen on " + wanted + ": ";
        return switch (errno) {
            case Errno.EADDRINUSE ->
                cannotBind(
                        where + "the port is in use, perhaps by another finspect. Stop that, or choose another port",
                        error);
            case Errno.EADDRNOTAVAIL ->
                cannotBind(
                        where + "this machine does not have that address. Listen on one of its own, 0.0.0.0 or ::",
                        error);
            case Errno.EACCES ->
                cannotBind(where + "no permission. Ports below 1024 need root or CAP_NET_BIND_SERVICE", error);
            default ->
                new RelayStartException(
                        RelayStartException.Kind.REFUSED_BY_SYSTEM,
                        where + error.getMessage() + ". Look at the route's socket options",
                        error);
        };
    }

    private static RelayStartException cannotBind(String message, Throwable error) {
        return new RelayStartException(RelayStartException.Kind.CANNOT_BIND, message, error);
    }
}
