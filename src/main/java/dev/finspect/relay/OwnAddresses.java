package dev.finspect.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** The addresses on which this process itself answers; connecting to one would be an endless loop. Any thread. */
public final class OwnAddresses {
    private volatile List<InetSocketAddress> listeners = List.of();
    private final Supplier<List<InetSocketAddress>> others;

    OwnAddresses(Supplier<List<InetSocketAddress>> others) {
        this.others = others;
    }

    /** Sets the listeners, with the ports that they really have. */
    public void listeners(Collection<InetSocketAddress> all) {
        listeners = List.copyOf(all);
    }

    /** Whether a connection to {@code address} would come back to this process. */
    boolean contains(InetSocketAddress address) {
        return anyIs(listeners, address) || anyIs(others.get(), address);
    }

    private static boolean anyIs(List<InetSocketAddress> own, InetSocketAddress address) {
        for (int i = 0; i < own.size(); i++) {
            if (own.get(i).getPort() == address.getPort() && covers(own.get(i).getAddress(), address.getAddress())) {
                return true;
            }
        }
        return false;
    }

    /** Connecting to a wildcard address reaches the loopback address; a wildcard listener has every local address. */
    private static boolean covers(InetAddress listener, InetAddress target) {
        if (listener.equals(target)) {
            return true;
        }
        if (target.isAnyLocalAddress()) {
            return listener.isAnyLocalAddress() || listener.isLoopbackAddress();
        }
        return listener.isAnyLocalAddress() && isLocal(target);
    }

    private static boolean isLocal(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
