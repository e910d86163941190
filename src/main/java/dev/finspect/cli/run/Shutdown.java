package dev.finspect.cli.run;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a run ends: the first SIGTERM or SIGINT drains, the second does not wait any longer for sessions, the third not for
 * anything. Signals come on threads of the JVM, also before the service is open. An ending that hangs is ended by {@link
 * FatalExit}.
 */
public final class Shutdown {
    /** What may pass between the last session and the end: RSTs that are waited for, the log, threads. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final Duration patience;
    private final PrintStream err;
    private final FatalExit fatalExit;
    private int signals;
    private @Nullable ProxyServer service;

    public Shutdown(Duration patience, PrintStream err, FatalExit fatalExit) {
        this.patience = patience;
        this.err = err;
        this.fatalExit = fatalExit;
    }

    /** Begins to listen to signals. */
    public void watch() {
        SignalHandlers.handle("TERM", () -> signalled("SIGTERM"));
        SignalHandlers.handle("INT", () -> signalled("SIGINT"));
        SignalHandlers.handle(
                "HUP", () -> err.println("SIGHUP changes nothing: to take a new configuration, restart finspect"));
    }

    /** A signal came. */
    void signalled(String name) {
        try {
            take(name);
        } catch (Error e) {
            fatalExit.failed(name, e);
        } catch (RuntimeException e) {
            err.println(name + ": the drain could not begin: " + e);
        }
    }

    private synchronized void take(String name) {
        signals++;
        fatalExit.expectEnd(signals == 1 ? patience.plus(MARGIN) : MARGIN);
        if (signals > 2) {
            fatalExit.end(name + ": the third signal, so nothing is waited for; records may be missing");
        }
        ProxyServer open = service;
        if (open == null) {
            err.println(name + ": ending as soon as everything is open");
        } else {
            end(open, name);
        }
        notifyAll();
    }

    /** The service is open, and told of signals from now on, or of one that came before. */
    public synchronized void opened(ProxyServer open) {
        service = open;
        if (signals > 0) {
            end(open, "signal");
        }
    }

    /** Waits for the first signal, and then for the last session. */
    public void await() throws InterruptedException {
        ProxyServer open;
        synchronized (this) {
            while (signals == 0 || service == null) {
                wait();
            }
            open = service;
        }
        open.drain(patience).join();
    }

    private void end(ProxyServer open, String name) {
        boolean first = signals == 1;
        long living = open.relay().sessions().livingCount();
        Duration wait = first ? patience : Duration.ZERO;
        if (first && living > 0 && !wait.isZero()) {
            err.println(name + ": waiting at most " + wait.toSeconds() + " s for " + living
                    + " sessions; a second signal ends them at once");
        } else if (living > 0) {
            err.println(name + ": resetting " + living + " sessions");
        }
        var unused = open.drain(wait);
    }
}
