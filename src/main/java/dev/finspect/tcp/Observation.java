package dev.finspect.tcp;

import org.jspecify.annotations.Nullable;

/**
 * What observation gave for one question about a connection: a {@link Fact}, {@link None none} (somebody watched, and it was
 * not so), or {@link NotObserved nothing} (nobody could see it). The last two differ: "no RST came" rules a reset out, "nobody
 * looked" rules out nothing.
 *
 * @param <T> the value's type; durations are nanoseconds and times nanoseconds since the Unix epoch, both as {@link Long}
 */
public sealed interface Observation<T> permits Fact, Observation.None, Observation.NotObserved {
    /** Somebody watched, and there was none; {@code source} says who. */
    record None<T>(Source source) implements Observation<T> {
        private static final None<?> WIRE = new None<>(Source.WIRE);
        private static final None<?> KERNEL = new None<>(Source.KERNEL);
        private static final None<?> CONNTRACK = new None<>(Source.CONNTRACK);
        private static final None<?> SOCKET = new None<>(Source.SOCKET);
        private static final None<?> INFERRED = new None<>(Source.INFERRED);
    }

    /** Nobody could see whether there was one. */
    record NotObserved<T>() implements Observation<T> {
        private static final NotObserved<?> ANY = new NotObserved<>();
    }

    /** {@code source} watched, and there was none. Allocates nothing. */
    @SuppressWarnings("unchecked") // without a value, one object serves all types
    static <T> Observation<T> none(Source source) {
        return (Observation<T>)
                switch (source) {
                    case WIRE -> None.WIRE;
                    case KERNEL -> None.KERNEL;
                    case CONNTRACK -> None.CONNTRACK;
                    case SOCKET -> None.SOCKET;
                    case INFERRED -> None.INFERRED;
                };
    }

    /** Nobody could see it. Allocates nothing. */
    @SuppressWarnings("unchecked") // without a value, one object serves all types
    static <T> Observation<T> notObserved() {
        return (Observation<T>) NotObserved.ANY;
    }

    /** The fact, or not observed for null. */
    static <T> Observation<T> of(@Nullable Fact<T> factOrNull) {
        return factOrNull == null ? notObserved() : factOrNull;
    }

    /** The value with its source; null when there was none, and when nobody could see it. */
    default @Nullable Fact<T> fact() {
        return this instanceof Fact<T> fact ? fact : null;
    }

    /** The value; null when there was none, and when nobody could see it. */
    default @Nullable T orNull() {
        return this instanceof Fact<T> fact ? fact.value() : null;
    }

    /** The value, or {@code otherwise} when there was none, and when nobody could see it. */
    default T or(T otherwise) {
        return this instanceof Fact<T> fact ? fact.value() : otherwise;
    }

    /** Whether there is a value. */
    default boolean isKnown() {
        return this instanceof Fact<T>;
    }

    /** Whether somebody watched, and there was none. */
    default boolean isNone() {
        return this instanceof None<T>;
    }

    /** Whether nobody could see it. */
    default boolean isNotObserved() {
        return this instanceof NotObserved<T>;
    }
}
