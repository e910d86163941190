package dev.finspect.kernel.counters;

import dev.finspect.session.explain.KernelCount;
import dev.finspect.tcp.EpochNanos;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the counters of finspect's network namespace once a second, on a thread of its own, and keeps how they grew. Needs no
 * right. Where there is no such file, as on other systems, nothing is counted. Any thread.
 */
public final class KernelCounters implements KernelCount.Counts, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelCounters.class);
    private static final long REST_MILLIS = 1_000;
    /** What happened just before a finding's time may be its cause, and is seen up to a rest later. */
    private static final long EARLIER_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * REST_MILLIS);

    /** How long a client may take to answer a SYN cookie, of which the kernel keeps nothing. */
    private static final long COOKIE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Held while the tables are read, so that no older values come after newer ones. */
    private final Object reading = new Object();

    private final Path folder;
    private final Map<WatchedCounter, CounterHistory> histories = new EnumMap<>(WatchedCounter.class);
    private final Thread thread;
    private volatile boolean closed;

    /** Starts reading the tables in {@code /proc/self/net}. */
    public static KernelCounters start() {
        KernelCounters counters = new KernelCounters(Path.of("/proc/self/net"));
        counters.thread.start();
        return counters;
    }

    /** Reads the tables in this folder when it is asked to. */
    KernelCounters(Path folder) {
        this.folder = folder;
        for (WatchedCounter each : WatchedCounter.values()) {
            histories.put(each, new CounterHistory());
        }
        thread = new Thread(this::run, "finspect-counters");
        thread.setDaemon(true);
    }

    @Override
    public synchronized List<KernelCount> between(long fromEpochNanos, long toEpochNanos) {
        List<KernelCount> grown = new ArrayList<>();
        histories.forEach((counter, history) -> {
            long growth = history.growth(fromEpochNanos - EARLIER_NANOS, toEpochNanos);
            if (growth > 0) {
                grown.add(new KernelCount(counter.label(), counter.words(), growth));
            }
        });
        return grown;
    }

    /** Whether SYN cookies were sent in the last five seconds; reads the tables, which takes well under a millisecond. */
    public boolean synCookiesLately() {
        long now = readOrSay();
        synchronized (this) {
            return history(WatchedCounter.SYN_COOKIES).growth(now - COOKIE_NANOS, now) > 0;
        }
    }

    /** Passes on each counter's name, and where its total is read. */
    public void each(BiConsumer<String, LongSupplier> taker) {
        for (WatchedCounter each : WatchedCounter.values()) {
            taker.accept(each.label(), () -> total(each));
        }
    }

    /** What the kernel has counted since it began, as of the last reading. */
    synchronized long total(WatchedCounter counter) {
        return history(counter).latest();
    }

    private CounterHistory history(WatchedCounter counter) {
        return Objects.requireNonNull(histories.get(counter));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            var unused = readOrSay();
            try {
                Thread.sleep(REST_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Returns when. */
    private long readOrSay() {
        synchronized (reading) {
            long now = EpochNanos.of(Instant.now());
            try {
                read(now);
            } catch (IOException e) {
                LOG.debug("the kernel's counters cannot be read", e);
            }
            return now;
        }
    }

    /** Reads all tables once. */
    void read(long nowEpochNanos) throws IOException {
        Map<String, Long> values = new HashMap<>(CounterText.pairs(lines("netstat")));
        values.putAll(CounterText.pairs(lines("snmp")));
        values.putAll(CounterText.processors(lines("stat/nf_conntrack")));
        synchronized (this) {
            for (WatchedCounter counter : WatchedCounter.values()) {
                Long value = values.get(counter.label());
                if (value != null) {
                    history(counter).seen(value, nowEpochNanos);
                }
            }
        }
    }

    private List<String> lines(String file) throws IOException {
        try {
            return Files.readAllLines(folder.resolve(file));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return List.of();
        }
    }
}
