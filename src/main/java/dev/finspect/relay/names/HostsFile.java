package dev.finspect.relay.names;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.File;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The system's hosts file (hosts(5)), read once at the start and again, off the loops, when it is asked after more than
 * five seconds. A file that cannot be read counts as empty. Any thread.
 */
final class HostsFile {
    private static final long STALE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final File file;
    private final Consumer<Runnable> background;
    private final AtomicLong readAtNanos = new AtomicLong();
    private volatile HostsFileEntriesProvider entries;

    /**
     * Reads {@code file}; not on an event loop.
     *
     * @param background where it is read again
     */
    HostsFile(File file, Consumer<Runnable> background) {
        this.file = file;
        this.background = background;
        entries = read();
        readAtNanos.set(System.nanoTime());
    }

    /** The addresses of {@code name} (in lower case), IPv4 and IPv6; for {@code localhost} never empty. */
    List<InetAddress> addresses(String name) {
        refreshWhenStale();
        HostsFileEntriesProvider now = entries;
        List<InetAddress> found = new ArrayList<>(now.ipv4Entries().getOrDefault(name, List.of()));
        found.addAll(now.ipv6Entries().getOrDefault(name, List.of()));
        if (found.isEmpty() && (name.equals("localhost") || name.endsWith(".localhost"))) {
            found.addAll(AddressOrder.LOOPBACK);
        }
        return found;
    }

    private void refreshWhenStale() {
        long readAt = readAtNanos.get();
        long now = System.nanoTime();
        if (now - readAt > STALE_AFTER_NANOS && readAtNanos.compareAndSet(readAt, now)) {
            background.accept(() -> entries = read());
        }
    }

    private HostsFileEntriesProvider read() {
        return HostsFileEntriesProvider.parser().parseSilently(file, StandardCharsets.UTF_8);
    }
}
