package dev.finspect.kernel.sockets;

import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How full the table of tracked connections is, and how it is set, in this network namespace: sysctls that any user may read. */
final class ConntrackSettings {
    /** Of the calling process's network namespace. */
    static final Path FOLDER = Path.of("/proc/sys/net/netfilter");

    /** More than a number has digits. */
    private static final int MOST_DIGITS = 32;

    private ConntrackSettings() {}

    /** What is in this folder; nothing is observed where the kernel has no connection tracking, or does not have it loaded. */
    static Tracking.Table read(Path folder) {
        Long established = number(folder.resolve("nf_conntrack_tcp_timeout_established"));
        Long unacknowledged = number(folder.resolve("nf_conntrack_tcp_timeout_unacknowledged"));
        Long sentAgain = number(folder.resolve("nf_conntrack_tcp_timeout_max_retrans"));
        Long loose = number(folder.resolve("nf_conntrack_tcp_loose"));
        return new Tracking.Table(
                fact(number(folder.resolve("nf_conntrack_count"))),
                fact(number(folder.resolve("nf_conntrack_max"))),
                seconds(established),
                unacknowledged == null || sentAgain == null
                        ? Observation.notObserved()
                        : seconds(Math.min(unacknowledged, sentAgain)),
                loose == null ? Observation.notObserved() : new Fact<>(loose != 0, Source.CONNTRACK));
    }

    private static Observation<Long> fact(@Nullable Long number) {
        return number == null ? Observation.notObserved() : new Fact<>(number, Source.CONNTRACK);
    }

    private static Observation<Long> seconds(@Nullable Long number) {
        return fact(number == null ? null : (Long) TimeUnit.SECONDS.toNanos(number));
    }

    private static @Nullable Long number(Path file) {
        // A single read: a file in /proc/sys returns its number to the first read only.
        byte[] text = new byte[MOST_DIGITS];
        try (InputStream open = Files.newInputStream(file)) {
            int length = Math.max(0, open.read(text));
            return Long.valueOf(new String(text, 0, length, StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }
}
