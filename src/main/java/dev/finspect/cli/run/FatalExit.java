package dev.finspect.cli.run;

import dev.finspect.cli.process.ExitCode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the process when it cannot continue: reports the reason on standard error and halts with {@link ExitCode#RUNTIME},
 * so that a supervisor restarts it. Any thread.
 *
 * <p>There are two causes: an {@link Error} that cannot be handled (a class that does not load, no memory), and a shutdown
 * that takes too long ({@link #expectEnd}). After construction, no method loads another class of finspect: in the first
 * case that may fail.
 */
public final class FatalExit {
    private static final int RESERVE_BYTES = 512 << 10;
    private static final byte[] WITHOUT_MEMORY =
            ("finspect: out of memory, not enough left to report where. finspect ends with"
                            + " exit code 1; its sessions are cut off. Give it more memory (-Xmx in FINSPECT_JAVA_OPTS),"
                            + " or fewer sessions (--sessions).\n")
                    .getBytes(StandardCharsets.UTF_8);
    private static final long RECORDS_MILLIS = 2_000;

    private final PrintStream err;
    private final Halt halt;
    private final int exitCode = ExitCode.RUNTIME.code();
    private final Thread watchdog = new Thread(this::watch, "finspect-watchdog");
    private @Nullable Runnable flush;
    private boolean ending;
    private long dueNanos;
    private volatile boolean said;
    /** Freed before the message is written, so that there is memory for it. */
    @SuppressWarnings("UnusedVariable")
    private byte @Nullable [] reserve = new byte[RESERVE_BYTES];

    public FatalExit(PrintStream err) {
        this(err, Runtime.getRuntime()::halt);
    }

    /** With another way to halt, for tests. */
    FatalExit(PrintStream err, Halt halt) {
        this.err = err;
        this.halt = halt;
        explain("", new NoClassDefFoundError());
        watchdog.setDaemon(true);
    }

    /** Starts the watchdog and handles uncaught errors of all threads. */
    public FatalExit watchOver() {
        watchdog.start();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (error instanceof Error fatal) {
                failed("thread " + thread.getName(), fatal);
            } else {
                err.println("finspect: thread " + thread.getName() + " ended: " + error);
            }
        });
        return this;
    }

    /** Sets what flushes the records before the exit; it runs on its own thread and may fail. */
    synchronized void flushBy(Runnable writes) {
        flush = writes;
    }

    /** Sets a deadline for the process, from now; of several calls the earliest deadline applies. */
    public synchronized void expectEnd(Duration within) {
        long due = System.nanoTime() + within.toNanos();
        if (!ending || due - dueNanos < 0) {
            ending = true;
            dueNanos = due;
            notifyAll();
        }
    }

    /** Ends the process because of this error; later errors are ignored. */
    public void failed(String where, Error error) {
        if (said) {
            return;
        }
        said = true;
        reserve = null;
        try {
            say(where, error);
            flushRecords();
        } finally {
            halt.halt(exitCode);
        }
    }

    private void say(String where, Error error) {
        try {
            err.println(explain(where, error));
        } catch (OutOfMemoryError e) {
            err.write(WITHOUT_MEMORY, 0, WITHOUT_MEMORY.length);
            err.flush();
        }
    }

    /** Reports the reason and ends the process at once. */
    void end(String reason) {
        try {
            err.println("finspect: " + reason);
        } finally {
            halt.halt(exitCode);
        }
    }

    private void flushRecords() {
        Runnable writes;
        synchronized (this) {
            writes = flush;
        }
        if (writes != null) {
            Thread writer = new Thread(writes, "finspect-last-records");
            writer.setDaemon(true);
            writer.start();
            try {
                writer.join(RECORDS_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String explain(String where, Error error) {
        StackTraceElement[] frames = error.getStackTrace();
        StringBuilder words = new StringBuilder("finspect: ");
        words.append(where).append(" failed with ").append(error);
        if (frames.length > 0) {
            words.append(" (at ").append(frames[0]).append(')');
        }
        words.append(" and cannot continue. finspect ends with exit code 1; its sessions are cut off. ");
        if (error instanceof LinkageError) {
            words.append("A class does not load because the jar was replaced or removed while finspect ran:"
                    + " restart finspect, and stop it before you replace the jar.");
        } else if (error instanceof OutOfMemoryError) {
            words.append("Give it more memory (-Xmx in FINSPECT_JAVA_OPTS), or fewer sessions (--sessions).");
        } else {
            words.append("Restart finspect.");
        }
        return words.toString();
    }

    private void watch() {
        try {
            awaitDue();
        } catch (InterruptedException e) {
            return; // Never interrupted.
        }
        end(
                "the shutdown takes longer than the drain time plus a few seconds and seems to hang. Ended with exit code 1; records"
                        + " may be missing.");
    }

    private synchronized void awaitDue() throws InterruptedException {
        while (!ending || dueNanos - System.nanoTime() > 0) {
            if (ending) {
                TimeUnit.NANOSECONDS.timedWait(this, dueNanos - System.nanoTime());
            } else {
                wait();
            }
        }
    }

    /** Halts a process, without shutdown hooks. */
    @FunctionalInterface
    interface Halt {
        void halt(int code);
    }
}
