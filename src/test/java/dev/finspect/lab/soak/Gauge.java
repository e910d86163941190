package dev.finspect.lab.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a process uses at one moment.
 *
 * @param processorSeconds since its start
 * @param residentMegabytes its resident memory
 * @param descriptors open ones
 * @param connections that the clients had made by then
 */
record Gauge(double processorSeconds, double residentMegabytes, int descriptors, int threads, long connections) {
    private static final double TICKS_A_SECOND = 100;

    static Gauge of(long pid, long connections) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(pid));
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double processor = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            return new Gauge(
                    processor,
                    status(proc, "VmRSS:") / 1024.0,
                    (int) open.count(),
                    (int) status(proc, "Threads:"),
                    connections);
        }
    }

    private static long status(Path proc, String key) throws IOException {
        return Files.readAllLines(proc.resolve("status")).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    /** The median of one of its figures. */
    static double median(List<Gauge> all, ToDoubleFunction<Gauge> figure) {
        return all.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(all.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** Milliseconds of processor time for each connection between the first and the last. */
    static double millisAConnection(List<Gauge> all) {
        Gauge first = all.get(0);
        Gauge last = all.get(all.size() - 1);
        return 1000
                * (last.processorSeconds - first.processorSeconds)
                / Math.max(1, last.connections - first.connections);
    }
}
