package dev.finspect.lifecycle.connection;

/** Result of {@link EndpointTable} for a signal. */
sealed interface EndpointStep {
    /** The endpoint enters another state. */
    record Moved(EndpointState next) implements EndpointStep {}

    /** The signal changes nothing in this state. */
    record Refused() implements EndpointStep {}
}
