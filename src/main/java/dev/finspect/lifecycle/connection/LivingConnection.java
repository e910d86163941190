package dev.finspect.lifecycle.connection;

/** A connection that has not closed, for those who look at all of them often: its facts are made on request. */
public interface LivingConnection {
    /** From 1, in the order of first segments. */
    long number();

    /** Its last segment, wall clock, nanoseconds since the Unix epoch. */
    long lastAtNanos();

    /** What its segments show so far. */
    ConnectionFacts facts();
}
