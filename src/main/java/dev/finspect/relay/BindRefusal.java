package dev.finspect.relay;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.IpText;
import java.net.InetSocketAddress;

/** What a listener that could not be bound means to the one who started the relay. */
public final class BindRefusal {
    private BindRefusal() {}

    /** The exception that says what failed, where, and what to do. */
    public static RelayStartException of(Route route, InetSocketAddress wanted, Errno errno, Throwable error) {
        String where = "route " + route.settings().name() + " cannot listen on " + IpText.endpoint(wanted) + ": ";
        if (errno.equals(Errno.EADDRINUSE)) {
            return cannotBind(
                    where + "the port is in use, perhaps by another finspect. Stop that, or choose another port",
                    error);
        }
        if (errno.equals(Errno.EADDRNOTAVAIL)) {
            return cannotBind(
                    where + "this machine does not have that address. Listen on one of its own, 0.0.0.0 or ::", error);
        }
        if (errno.equals(Errno.EACCES)) {
            return cannotBind(where + "no permission. Ports below 1024 need root or CAP_NET_BIND_SERVICE", error);
        }
        String refused = errno.equals(Errno.EPERM)
                ? "route " + route.settings().name() + ": "
                        + permission(route.settings().interception())
                : where + error.getMessage() + ". Look at the route's socket options";
        return new RelayStartException(RelayStartException.Kind.REFUSED_BY_SYSTEM, refused, error);
    }

    private static String permission(Interception interception) {
        String what = interception.mode() == Interception.Mode.TPROXY
                ? "mode tproxy"
                : interception.keepClientAddress() ? "keep_client_address" : "";
        return what.isEmpty()
                ? "no permission for one of its socket options. Look at mark and congestion_control"
                : what + " needs CAP_NET_RAW or CAP_NET_ADMIN (IP_TRANSPARENT). Give finspect one of them as an ambient"
                        + " capability (setpriv --ambient-caps, AmbientCapabilities= of systemd), or run it as root";
    }

    private static RelayStartException cannotBind(String message, Throwable error) {
        return new RelayStartException(RelayStartException.Kind.CANNOT_BIND, message, error);
    }
}
