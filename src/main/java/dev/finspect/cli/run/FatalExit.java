package dev.finspect.cli.run;

import dev.finspect.cli.process.ExitCode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the process ends when it cannot go on: it says why on standard error and halts with {@link ExitCode#RUNTIME}, so that
 * whoever watches over it starts it again. Any thread.
 *
 * <p>There are two ways to it: an {@link Error} where nothing can be mended (a class that cannot be loaded, memory that is
 * not to be had), and an ending that takes longer than it may ({@link #expectEnd}). Nothing here loads a class of ours once
 * it was made, since in the first case none may be there to be had.
 */
public final class FatalExit {
    private static final int RESERVE_BYTES = 512 << 10;
    private static final byte[] WITHOUT_MEMORY =
            ("finspect: there is no memory left, not even to say where. finspect ends, with"
                            + " exit code 1; its sessions are cut off. Give it more memory (-Xmx, FINSPECT_JAVA_OPTS of the launcher),"
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
    /** Set free before the last words, which need memory when there is none. */
    @SuppressWarnings("UnusedVariable")
    private byte @Nullable [] reserve = new byte[RESERVE_BYTES];

    public FatalExit(PrintStream err) {
        this(err, Runtime.getRuntime()::halt);
    }

    /** One that can be watched as it ends something else than this process. */
    FatalExit(PrintStream err, Halt halt) {
        this.err = err;
        this.halt = halt;
        explain("", new NoClassDefFoundError());
        watchdog.setDaemon(true);
    }

    /** Begins to watch, and takes errors that no thread catches. */
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

    /** Writes what can still be written, before the end; runs on a thread of its own and may fail. */
    synchronized void flushBy(Runnable writes) {
        flush = writes;
    }

    /** From now on the process may live this long; called again, the shorter time holds. */
    public synchronized void expectEnd(Duration within) {
        long due = System.nanoTime() + within.toNanos();
        if (!ending || due - dueNanos < 0) {
            ending = true;
            dueNanos = due;
            notifyAll();
        }
    }

    /** Ends the process because of this error; the first one counts. */
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

    /** Ends the process at once, for this reason. */
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
        words.append(where).append(" met ").append(error);
        if (frames.length > 0) {
            words.append(" (at ").append(frames[0]).append(')');
        }
        words.append(" and cannot go on. finspect ends, with exit code 1; its sessions are cut off. ");
        if (error instanceof LinkageError) {
            words.append("A class that cannot be loaded means that the jar was replaced or removed while it ran:"
                    + " restart finspect, and stop it before the next replacement.");
        } else if (error instanceof OutOfMemoryError) {
            words.append("Give it more memory (-Xmx, FINSPECT_JAVA_OPTS of the launcher), or fewer sessions"
                    + " (--sessions).");
        } else {
            words.append("Restart it.");
        }
        return words.toString();
    }

    private void watch() {
        try {
            awaitDue();
        } catch (InterruptedException e) {
            return; // Nobody interrupts it.
        }
        end("the end takes longer than the drain and some seconds: something hangs. Ended with exit code 1; records may"
                + " be missing.");
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

    /** Ends a process without anything more. */
    @FunctionalInterface
    interface Halt {
        void halt(int code);
    }
}
