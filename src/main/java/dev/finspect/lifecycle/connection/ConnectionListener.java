package dev.finspect.lifecycle.connection;

/** Receives finished connections, on the thread that calls {@link Connections}. */
@FunctionalInterface
public interface ConnectionListener {
    /** Called once when a connection ends; later segments between its ports start a new connection that refers to it. */
    void finished(ConnectionFacts facts);

    /** Called when a connection begins that is the same as the ended one with this number, after that one's end. */
    default void continued(long number) {}
}
