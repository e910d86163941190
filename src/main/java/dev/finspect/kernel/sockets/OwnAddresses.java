package dev.finspect.kernel.sockets;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The addresses of this machine's interfaces, read anew every few seconds. Any thread; {@link #has} never blocks. */
final class OwnAddresses {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AtomicLong dueNanos;
    private volatile Set<InetAddress> addresses = Set.of();

    OwnAddresses(long nowNanos) {
        dueNanos = new AtomicLong(nowNanos);
    }

    /** Whether an address is this machine's, as far as it was read. */
    boolean has(InetAddress address) {
        return address.isLoopbackAddress() || addresses.contains(address);
    }

    /** Whether the caller, and nobody else, shall have them read anew. */
    boolean due(long nowNanos) {
        long due = dueNanos.get();
        return nowNanos - due >= 0 && dueNanos.compareAndSet(due, nowNanos + FRESH_NANOS);
    }

    /** Reads them; takes a millisecond or more. */
    void read() {
        Set<InetAddress> read = new HashSet<>();
        try {
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                read.addAll(Collections.list(each.getInetAddresses()));
            }
        } catch (SocketException e) {
            return; // What was known before is better than nothing.
        }
        addresses = Set.copyOf(read);
    }
}
