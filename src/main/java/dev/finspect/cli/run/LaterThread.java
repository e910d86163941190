package dev.finspect.cli.run;

/** A thread for one task that no client waits for, such as one that loads classes for some tens of milliseconds. */
final class LaterThread {
    private LaterThread() {}

    /** Runs the task, soon. */
    static void run(Runnable task) {
        Thread thread = new Thread(task, "finspect-later");
        thread.setDaemon(true);
        thread.start();
    }
}
