package dev.finspect.lab;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that the tests have started: none of them outlives this JVM, however its tests end. */
public final class Children {
    private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVING.forEach(Children::kill), "children"));
    }

    private Children() {}

    /** Takes it in. */
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
