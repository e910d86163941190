package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.tcp.FourTuple;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A route whose traffic is captured, and its listeners.
 *
 * @param route its name
 * @param mode how much of it
 * @param listening the addresses that it listens on, with their real ports
 */
public record CapturedRoute(String route, CaptureMode mode, List<InetSocketAddress> listening) {
    /** Takes a copy of the addresses. */
    public CapturedRoute {
        listening = List.copyOf(listening);
    }

    /** The listener that a connection with this tuple was meant for; null when it was not meant for this route. */
    java.net.@org.jspecify.annotations.Nullable InetSocketAddress listenerOf(FourTuple toResponder) {
        for (InetSocketAddress address : listening) {
            if (address.getPort() == toResponder.destinationPort()
                    && (address.getAddress().isAnyLocalAddress()
                            || toResponder.destination().toInetAddress().equals(address.getAddress()))) {
                return address;
            }
        }
        return null;
    }
}
