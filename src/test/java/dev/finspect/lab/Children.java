package dev.finspect.lab;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The processes that the tests have started. None of them outlives this JVM, however its tests end. */
public final class Children {
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();
    private static final List<Runnable> AFTERWARDS = new CopyOnWriteArrayList<>();
    /** Shared by processes that start. */
    private static final ReadWriteLock STARTING = new ReentrantReadWriteLock();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Children::end, "children"));
    }

    private Children() {}

    private static void end() {
        LIVING.forEach(Children::kill);
        AFTERWARDS.forEach(Runnable::run);
    }

    /** Runs this when the JVM ends, after the processes were killed; it may start programs of its own. */
    public static void afterwards(Runnable last) {
        AFTERWARDS.add(last);
    }

    /** Starts a process. */
    public static Process start(ProcessBuilder builder) throws IOException {
        STARTING.readLock().lock();
        try {
            return keep(builder.start());
        } finally {
            STARTING.readLock().unlock();
        }
    }

    /**
     * Closes this while no process is starting: until a new process executes its program, it has a copy of every descriptor of
     * this JVM, so that a socket that is closed here is not closed yet for the kernel.
     */
    public static void closeWhileNoneStarts(Closeable each) throws IOException {
        STARTING.writeLock().lock();
        try {
            each.close();
        } finally {
            STARTING.writeLock().unlock();
        }
    }

    private static Process keep(Process process) {
        LIVING.add(process);
        var unused = process.onExit().thenAccept(LIVING::remove);
        return process;
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
