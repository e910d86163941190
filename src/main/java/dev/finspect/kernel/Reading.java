package dev.finspect.kernel;

/**
 * The result of a request to the kernel: a value, or why there is none.
 *
 * @param <T> the value's type
 */
public sealed interface Reading<T> {
    /** The request succeeded. */
    record Value<T>(T value) implements Reading<T> {}

    /** The request failed; {@code reason} is text for the user. */
    record Unavailable<T>(String reason) implements Reading<T> {}
}
