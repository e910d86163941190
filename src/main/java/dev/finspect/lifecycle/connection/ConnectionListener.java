package dev.finspect.lifecycle.connection;

/** Takes connections that are over, on the thread that feeds {@link Connections}. */
@FunctionalInterface
public interface ConnectionListener {
    /** No more will be told of this connection; segments that still come begin new facts, linked to these. */
    void finished(ConnectionFacts facts);
}
