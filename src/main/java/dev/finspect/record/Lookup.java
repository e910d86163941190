package dev.finspect.record;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look-up of an upstream's name. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param askedAt when the session asked
 * @param server the name server that was asked last, or that gave the answer; not observed where nobody says which one it was
 * @param end how it ended; null while it goes on
 */
public record Lookup(
        String name,
        Purpose purpose,
        Fact<Long> askedAt,
        Observation<InetSocketAddress> server,
        @Nullable End end) {
    /** What a session wants to know. */
    public enum Purpose {
        /** Where to connect. */
        CONNECT("connect"),
        /** Whether an address that fails, or does not answer, is still one of the name. */
        RECHECK("recheck");

        private final String label;

        Purpose(String label) {
            this.label = label;
        }

        /** The word for records. */
        public String label() {
            return label;
        }
    }

    /** What came of it. */
    public enum Result {
        /** There are addresses. */
        ANSWERED("answered"),
        /** It was answered without an address, or by an error such as NXDOMAIN or SERVFAIL. */
        NO_ADDRESS("no_address"),
        /** A name server that was asked said nothing in time. */
        NO_ANSWER("no_answer"),
        /** The session did not wait for it. */
        ABANDONED("abandoned");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        /** The word for records and labels. */
        public String label() {
            return label;
        }
    }

    /**
     * The end of a look-up.
     *
     * @param durationNanos how long the session waited for it
     * @param answer null without an address
     * @param error why there is none; null where there is an answer
     */
    public record End(
            long durationNanos,
            Result result,
            @Nullable NameAnswer answer,
            @Nullable String error) {}

    /** The same, of which this server was asked. */
    public Lookup of(Observation<InetSocketAddress> asked) {
        return new Lookup(name, purpose, askedAt, asked, end);
    }

    /** The answer's addresses; empty without one. */
    public List<InetAddress> addresses() {
        return end == null || end.answer == null ? List.of() : end.answer.addresses();
    }

    /** Why there is no address; null while it goes on, and where there is one. */
    public @Nullable String error() {
        return end == null ? null : end.error;
    }

    /** How long the session has waited for it by this moment. */
    public long waitedNanos(long nowEpochNanos) {
        return end == null ? Math.max(0, nowEpochNanos - askedAt.value()) : end.durationNanos;
    }

    /** When the answer came to finspect; not observed without one, and where its source does not say. */
    public Observation<Long> answeredAt() {
        if (end == null || end.answer == null) {
            return Observation.notObserved();
        }
        Fact<Long> age = end.answer.ageNanos().fact();
        return age == null
                ? Observation.notObserved()
                : new Fact<>(askedAt.value() + end.durationNanos - age.value(), age.source());
    }

    /** Whether the answer had been kept from an earlier look-up. */
    public boolean isFromCache() {
        Long answeredAt = answeredAt().orNull();
        return answeredAt != null && answeredAt < askedAt.value();
    }
}
