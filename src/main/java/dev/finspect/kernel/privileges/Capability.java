package dev.finspect.kernel.privileges;

import java.util.Collection;

/** Rights of root that a thread can have by themselves (capabilities(7)). */
public enum Capability {
    /** To listen on, and to connect from, ports below 1024. */
    NET_BIND_SERVICE(10),
    /** To mark sockets, on kernels before 5.17 too. */
    NET_ADMIN(12),
    /** To capture, and for sockets to have addresses that the machine does not have. */
    NET_RAW(13);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** The sum of their bits, as {@code /proc/PID/status} has it. */
    static long mask(Collection<Capability> capabilities) {
        return capabilities.stream().mapToLong(c -> 1L << c.bit).sum();
    }
}
