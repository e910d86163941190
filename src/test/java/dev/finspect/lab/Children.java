package dev.finspect.lab;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The processes that the tests have started. None of them outlives this JVM, however its tests end. */
public final class Children {
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();
    private static final List<Runnable> AFTERWARDS = new CopyOnWriteArrayList<>();

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

    /** Adds a process. */
    public static Process keep(Process process) {
        LIVING.add(process);
        var unused = process.onExit().thenAccept(LIVING::remove);
        return process;
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
