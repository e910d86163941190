package dev.finspect.session.passive;

import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.LivingConnection;
import org.jspecify.annotations.Nullable;

/** One connection of others, from its first segment until its record is written. */
final class PassiveLeg {
    private final LivingConnection connection;
    private @Nullable ConnectionFacts last;

    /** It lives. */
    PassiveLeg(LivingConnection connection) {
        this.connection = connection;
    }

    /** What its segments show so far; at the end, what they have shown. */
    ConnectionFacts facts() {
        ConnectionFacts ended = last;
        return ended == null ? connection.facts() : ended;
    }

    /** No segment of it comes any more, though its record may have to wait. */
    void ended(ConnectionFacts facts) {
        last = facts;
    }

    /** The number of the connection. */
    long number() {
        return connection.number();
    }

    /** Whether segments of it may come. */
    boolean isOpen() {
        return last == null;
    }

    /** Its last segment, wall clock, nanoseconds since the Unix epoch. */
    long lastAtNanos() {
        ConnectionFacts ended = last;
        return ended == null ? connection.lastAtNanos() : ended.lastAtNanos();
    }
}
