package dev.finspect.relay;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Listeners that end together, in this order of calls; see {@link ListenersEnd}. Any thread. */
public interface ListenerSet {
    /** Their local ports. */
    Set<Integer> ports();

    /**
     * From now on the kernel drops or refuses new SYNs, and what it has already answered is still accepted. Completed with
     * false when the engine cannot do that, and new clients go on to connect.
     */
    CompletableFuture<Boolean> refuseNewClients();

    /** How many connected clients wait to be accepted. */
    CompletableFuture<Integer> waitingClients();

    /** Accepts each client that still waits, also above the session limit, and closes the listeners; completed when done. */
    CompletableFuture<Void> closeListeners();
}
