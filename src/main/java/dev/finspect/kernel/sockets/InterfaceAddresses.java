package dev.finspect.kernel.sockets;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The addresses of this machine's interfaces, refreshed every few seconds. Thread-safe; {@link #has} never blocks. */
final class InterfaceAddresses {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong dueNanos;
    private volatile Set<InetAddress> addresses = Set.of();

    InterfaceAddresses(long nowNanos) {
        dueNanos = new AtomicLong(nowNanos);
    }

    /** Whether an address is one of this machine's, as of the last refresh. */
    boolean has(InetAddress address) {
        return address.isLoopbackAddress() || addresses.contains(address);
    }

    /** Whether a refresh is due; true for one caller only. */
    boolean due(long nowNanos) {
        long due = dueNanos.get();
        return nowNanos - due >= 0 && dueNanos.compareAndSet(due, nowNanos + FRESH_NANOS);
    }

    /** Refreshes the addresses; takes a millisecond or more. */
    void refresh() {
        Set<InetAddress> read = new HashSet<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                read.addAll(Collections.list(each.getInetAddresses()));
            }
        } catch (SocketException e) {
            return; // Keeps the previous addresses.
        }
        addresses = Set.copyOf(read);
    }
}
