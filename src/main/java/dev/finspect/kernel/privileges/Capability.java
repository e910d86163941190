package dev.finspect.kernel.privileges;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/** Linux capabilities that finspect needs for some time, or keeps (capabilities(7)). */
public enum Capability {
    /** Allows access to every file, whatever its permissions. */
    DAC_OVERRIDE(1),
    /** Allows changing to any user. */
    SETUID(7),
    /** Allows removing capabilities from the bounding set. */
    SETPCAP(8),
    /** Allows listening on, and connecting from, ports below 1024. */
    NET_BIND_SERVICE(10),
    /** Allows marking sockets, also on kernels before 5.17. */
    NET_ADMIN(12),
    /** Allows capturing, and binding sockets to addresses that are not the machine's own. */
    NET_RAW(13);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** Whether a row of {@code /proc/PID/status} has it. */
    boolean in(String bits) {
        return (Long.parseUnsignedLong(bits, 16) & (1L << bit)) != 0;
    }

    /**
     * Whether at least one of these is effective for the first thread of this process.
     *
     * @throws IOException if that cannot be read
     */
    public static boolean anyEffective(Collection<Capability> capabilities) throws IOException {
        String bits = ThreadCredentials.rows(Path.of("/proc/self")).get("CapEff");
        return bits != null && (Long.parseUnsignedLong(bits, 16) & mask(capabilities)) != 0;
    }

    /** Their bits, in the form of {@code /proc/PID/status}. */
    static long mask(Collection<Capability> capabilities) {
        return capabilities.stream().mapToLong(c -> 1L << c.bit).sum();
    }
}
