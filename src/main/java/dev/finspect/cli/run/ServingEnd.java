package dev.finspect.cli.run;

import dev.finspect.admin.Operation;
import dev.finspect.admin.Readiness;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.process.Version;
import dev.finspect.relay.ListenerKey;
import dev.finspect.relay.PassedListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How a run ends: not ready at once, no new clients after the configured delay, then at most the patience for the open
 * sessions. What must not happen during an end, such as a reload, goes through here as well. Any thread.
 */
final class ServingEnd implements Operation {
    private final Readiness readiness;
    private final StartedRelay relay;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile Duration delay;
    private volatile Duration patience;
    private boolean begun;
    /** What a successor that is starting has as well. */
    private List<ListenerKey> passed = List.of();
    /** Begins to end the process when an operator asks for it; without a run around it, only drains. */
    private volatile Consumer<Duration> onDrain = waits -> {
        var unused = begin(waits);
    };

    ServingEnd(Config config, Readiness readiness, StartedRelay relay) {
        this.readiness = readiness;
        this.relay = relay;
        this.delay = config.drainDelay();
        this.patience = config.drain();
    }

    /** Something that an end waits for, and that is not begun during one. */
    @FunctionalInterface
    interface Change<E extends Exception> {
        /** Makes it. */
        void make() throws E;
    }

    /** Why a change was not made. */
    enum Standing {
        /** It was made. */
        SERVING,
        /** Another process is about to take over, and has the listeners as they are. */
        PASSING,
        /** The end has begun. */
        ENDING
    }

    /** Makes a change if nothing of an end has begun. */
    synchronized <E extends Exception> Standing change(Change<E> change) throws E {
        if (begun) {
            return Standing.ENDING;
        }
        if (!passed.isEmpty()) {
            return Standing.PASSING;
        }
        change.make();
        return Standing.SERVING;
    }

    /** The listeners, for a successor; empty when an end has begun, and if the engine cannot pass any. */
    synchronized List<PassedListener> pass() {
        if (begun) {
            return List.of();
        }
        List<PassedListener> all = relay.get().passed();
        passed = all.stream().map(PassedListener::key).toList();
        return all;
    }

    /** The successor has ended before it was ready. */
    synchronized void passedInVain() {
        passed = List.of();
    }

    /** From now on these are the times of an end that has not begun. */
    void times(Duration nextDelay, Duration nextPatience) {
        delay = nextDelay;
        patience = nextPatience;
    }

    /**
     * Begins. A later call ends the delay and can shorten the patience. Completed with the last session.
     *
     * @param waits the most time for the open sessions
     */
    synchronized CompletableFuture<Void> begin(Duration waits) {
        readiness.draining();
        if (!begun && !passed.isEmpty()) {
            // Whatever closed them for new clients would close them for the successor that has them, too.
            relay.get().release(passed).join();
        }
        boolean delayed = !begun && !delay.isZero() && !waits.isZero();
        begun = true;
        if (delayed) {
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> stopAccepting(waits));
        } else {
            stopAccepting(waits);
        }
        return drained;
    }

    private void stopAccepting(Duration waits) {
        var unused = relay.get().drain(waits).whenComplete((done, error) -> drained.complete(null));
    }

    /** A successor has these listeners, and this process has them no more; the end is to follow, without its delay. */
    synchronized void succeeded(List<ListenerKey> keys) {
        readiness.draining();
        delay = Duration.ZERO;
        passed = List.of();
        relay.get().release(keys).join();
    }

    /** Completed when an end is complete. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** Ends the whole process, and not the relay alone, when an operator asks for it; at once if one has already. */
    synchronized void endBy(Consumer<Duration> end) {
        onDrain = end;
        if (begun) {
            end.accept(patience);
        }
    }

    @Override
    public String version() {
        return Version.number();
    }

    @Override
    public Duration drain(Optional<Duration> wanted) {
        Duration waits = wanted.orElse(patience);
        onDrain.accept(waits);
        return waits;
    }
}
