package dev.finspect.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The meters of the process, with the names that Prometheus's client libraries give them. */
final class ProcessMeters {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private ProcessMeters() {}

    /** Registers them. Loads the platform's management classes, which takes tens of milliseconds. */
    static void register(Registry registry) {
        double startSeconds = ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3;
        registry.gaugeSeconds(Meters.PROCESS_START_TIME, () -> startSeconds);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            registry.countSeconds(Meters.PROCESS_CPU, () -> system.getProcessCpuTime() / 1e9);
            registry.gauge(Meters.PROCESS_OPEN_FDS, system::getOpenFileDescriptorCount);
            registry.gauge(Meters.PROCESS_MAX_FDS, system::getMaxFileDescriptorCount);
        }
        if (Files.isReadable(STATUS)) {
            registry.gauge(Meters.PROCESS_RESIDENT_MEMORY, ProcessMeters::residentBytes);
        }
    }

    /** Read from a line such as {@code VmRSS:     81234 kB}, proc(5); 0 where there is none. */
    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(RESIDENT)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
