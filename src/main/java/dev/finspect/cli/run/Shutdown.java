package dev.finspect.cli.run;

import dev.finspect.admin.Reloading;
import dev.finspect.tcp.HumanUnits;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run by signals: the first SIGTERM or SIGINT drains, the second stops waiting for sessions, the third halts at
 * once. SIGUSR1 reopens the log, SIGHUP has the configuration read again; SIGUSR2 changes nothing. Signals arrive on JVM
 * threads, possibly before the proxy is open. {@link FatalExit} ends a shutdown that hangs.
 */
public final class Shutdown {
    /** Longest time from the last session to the exit: pending RSTs, the log, threads. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final Reloading reload;
    private Duration delay;
    private Duration patience;
    private final PrintStream err;
    private final FatalExit fatalExit;
    private int signals;
    /** What the first of them was; empty before. */
    private String begunBy = "";

    private volatile @Nullable ProxyServer service;

    /**
     * Not yet begun.
     *
     * @param delay how long new clients are still taken after the first signal
     * @param patience how long sessions may go on after that
     * @param reload has the configuration read again, and reports the result
     */
    public Shutdown(Duration delay, Duration patience, Reloading reload, PrintStream err, FatalExit fatalExit) {
        this.reload = reload;
        this.delay = delay;
        this.patience = patience;
        this.err = err;
        this.fatalExit = fatalExit;
    }

    /** Installs the signal handlers. */
    public void watch() {
        SignalHandlers.handle("TERM", () -> signalled("SIGTERM"));
        SignalHandlers.handle("INT", () -> signalled("SIGINT"));
        SignalHandlers.handle("HUP", this::reload);
        SignalHandlers.handle("USR1", this::reopenLog);
        SignalHandlers.handle("USR2", () -> err.println("SIGUSR2 ignored: it has no meaning for finspect"));
    }

    /** From now on these are the times of an end that has not begun. */
    public synchronized void times(Duration nextDelay, Duration nextPatience) {
        delay = nextDelay;
        patience = nextPatience;
    }

    /** Another process takes new clients from now on: ends as the first signal would, without its delay. */
    void takenOver(long successor) {
        times(Duration.ZERO, patience);
        signalled("process " + successor + " has taken over");
    }

    private void reload() {
        err.println("SIGHUP: reading the configuration again");
        var unused = reload.reload();
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
        begunBy = signals == 1 ? name : begunBy;
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

    /** An operator asks for the same as a first signal, with this patience. */
    private synchronized void asked(Duration waits) {
        ProxyServer open = service;
        if (signals > 0 || open == null) {
            return; // It ends already.
        }
        signals++;
        fatalExit.expectEnd(delay.plus(waits).plus(MARGIN));
        end(open, "drain", waits);
        notifyAll();
    }

    /** Registers the open proxy; drains it at once if a signal has already arrived. */
    public synchronized void opened(ProxyServer open) {
        service = open;
        open.endBy(this::asked);
        if (signals > 0) {
            end(open, begunBy);
        }
    }

    /** Whether a signal to end has arrived. */
    public synchronized boolean isSignalled() {
        return signals > 0;
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
        end(open, name, signals == 1 ? patience : Duration.ZERO);
    }

    private void end(ProxyServer open, String name, Duration wait) {
        boolean first = signals == 1;
        long living = open.relay().sessions().livingCount();
        if (first && !delay.isZero()) {
            err.println(name + ": not ready any more; takes new clients for another " + delay.toMillis()
                    + " ms (drain_delay)");
        }
        if (first && living > 0 && !wait.isZero()) {
            err.println(name + ": waiting at most " + wait.toSeconds() + " s for " + HumanUnits.count(living, "session")
                    + "; a second signal resets them at once");
        } else if (living > 0) {
            err.println(name + ": resetting " + HumanUnits.count(living, "session"));
        }
        var unused = open.drain(wait);
    }
}
