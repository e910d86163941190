package dev.finspect.bench.host;

import java.util.ArrayDeque;
import java.util.Deque;

/** What must be undone at the end, last first: once, be it the normal end, a failure, Ctrl-C or SIGTERM. */
public final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** An empty list, run by the JVM's shutdown as well. */
    public Cleanup() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
    }

    /** Takes something that is closed before all that was added earlier. */
    public synchronized <T extends AutoCloseable> T add(T closeable) {
        open.push(closeable);
        return closeable;
    }

    @Override
    public synchronized void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("cleaning up: " + e.getMessage());
            }
        }
    }
}
