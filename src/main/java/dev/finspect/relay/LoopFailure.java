package dev.finspect.relay;

/**
 * What becomes of the process when an event loop meets an {@link Error}: a class that cannot be loaded, memory that is not
 * to be had. A loop that goes on, or ends, would leave sessions without service, so the process should end.
 */
@FunctionalInterface
public interface LoopFailure {
    /** For where nothing can be ended: throws the error on, and the loop ends with it. */
    LoopFailure RETHROW = error -> {
        throw error;
    };

    /** Called on the loop; need not return. */
    void loopFailed(Error error);
}
