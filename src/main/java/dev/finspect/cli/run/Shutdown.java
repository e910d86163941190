package dev.finspect.cli.run;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run by signals: the first SIGTERM or SIGINT drains, the second stops waiting for sessions, the third halts at
 * once. SIGUSR1 reopens the log; SIGUSR2 and SIGHUP change nothing. Signals arrive on JVM threads, possibly before the
 * proxy is open. {@link FatalExit} ends a shutdown that hangs.
 */
public final class Shutdown {
    /** Longest time from the last session to the exit: pending RSTs, the log, threads. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final Duration delay;
    private final Duration patience;
    private final PrintStream err;
    private final FatalExit fatalExit;
    private int signals;
    private volatile @Nullable ProxyServer service;

    /**
     * Not yet begun.
     *
     * @param delay how long new clients are still taken after the first signal
     * @param patience how long sessions may go on after that
     */
    public Shutdown(Duration delay, Duration patience, PrintStream err, FatalExit fatalExit) {
        this.delay = delay;
        this.patience = patience;
        this.err = err;
        this.fatalExit = fatalExit;
    }

    /** Installs the signal handlers. */
    public void watch() {
        SignalHandlers.handle("TERM", () -> signalled("SIGTERM"));
        SignalHandlers.handle("INT", () -> signalled("SIGINT"));
        SignalHandlers.handle("HUP", () -> err.println("SIGHUP ignored: restart finspect to load a new configuration"));
        SignalHandlers.handle("USR1", this::reopenLog);
        SignalHandlers.handle("USR2", () -> err.println("SIGUSR2 ignored: it has no meaning for finspect"));
    }

    private void reopenLog() {
        ProxyServer open = service;
        if (open == null) {
            err.println("SIGUSR1 ignored: the session log has only just been opened");
        } else if (open.reopenLog()) {
            err.println("SIGUSR1: reopening the session log");
        } else {
            err.println("SIGUSR1 ignored: records go to standard output");
        }
    }

    /** Handles a signal. */
    void signalled(String name) {
        try {
            take(name);
        } catch (Error e) {
            fatalExit.failed(name, e);
        } catch (RuntimeException e) {
            err.println(name + ": cannot start draining: " + e);
        }
    }

    private synchronized void take(String name) {
        signals++;
        fatalExit.expectEnd(signals == 1 ? delay.plus(patience).plus(MARGIN) : MARGIN);
        if (signals > 2) {
            fatalExit.end(name + ": third signal, exiting at once; records may be missing");
        }
        ProxyServer open = service;
        if (open == null) {
            err.println(name + ": will end as soon as everything is open");
        } else {
            end(open, name);
        }
        notifyAll();
    }

    /** Registers the open proxy; drains it at once if a signal has already arrived. */
    public synchronized void opened(ProxyServer open) {
        service = open;
        if (signals > 0) {
            end(open, "signal");
        }
    }

    /** Waits for the first signal, then for the last session. */
    public void await() throws InterruptedException {
        ProxyServer open;
        synchronized (this) {
            while (signals == 0 || service == null) {
                wait();
            }
            open = service;
        }
        open.drained().join();
    }

    private void end(ProxyServer open, String name) {
        boolean first = signals == 1;
        long living = open.relay().sessions().livingCount();
        Duration wait = first ? patience : Duration.ZERO;
        if (first && !delay.isZero()) {
            err.println(name + ": not ready any more; takes new clients for another " + delay.toMillis()
                    + " ms (drain_delay)");
        }
        if (first && living > 0 && !wait.isZero()) {
            err.println(name + ": waiting at most " + wait.toSeconds() + " s for " + living
                    + " sessions; a second signal resets them at once");
        } else if (living > 0) {
            err.println(name + ": resetting " + living + " sessions");
        }
        var unused = open.drain(wait);
    }
}
