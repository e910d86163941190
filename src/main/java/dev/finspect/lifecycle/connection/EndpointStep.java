package dev.finspect.lifecycle.connection;

/** What {@link EndpointTable} answers to a signal. */
sealed interface EndpointStep {
    /** The endpoint entered another state. */
    record Moved(EndpointState next) implements EndpointStep {}

    /** The signal changes nothing in this state. */
    record Refused() implements EndpointStep {}
}
