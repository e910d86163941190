package dev.finspect.kernel.privileges;

import java.io.IOException;
import java.nio.file.Path;
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

    /**
     * Whether this process may at least one of these now, by its first thread.
     *
     * @throws IOException where the system does not tell
     */
    public static boolean anyEffective(Collection<Capability> capabilities) throws IOException {
        String bits = ThreadRights.rows(Path.of("/proc/self")).get("CapEff");
        return bits != null && (Long.parseUnsignedLong(bits, 16) & mask(capabilities)) != 0;
    }

    /** The sum of their bits, as {@code /proc/PID/status} has it. */
    static long mask(Collection<Capability> capabilities) {
        return capabilities.stream().mapToLong(c -> 1L << c.bit).sum();
    }
}
