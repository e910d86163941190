package dev.finspect.kernel;

/**
 * What came of asking the kernel: a value, or the reason why there is none.
 *
 * @param <T> the value's type
 */
public sealed interface Reading<T> {
    /** The kernel answered. */
    record Value<T>(T value) implements Reading<T> {}

    /** It did not; {@code reason} is for people to read. */
    record Unavailable<T>(String reason) implements Reading<T> {}
}
