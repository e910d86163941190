package dev.finspect.session.explain;

import java.util.List;

/**
 * Something that the kernel of finspect's host counted, of all connections of finspect's network namespace together.
 *
 * @param counter the kernel's name of it, as {@code nstat} prints it
 * @param words what it counts
 * @param count by how much it grew, at least
 */
public record KernelCount(String counter, String words, long count) {
    /** Where such counts come from. Any thread. */
    @FunctionalInterface
    public interface Counts {
        /** No counts. */
        Counts NONE = (fromEpochNanos, toEpochNanos) -> List.of();

        /** What grew between these two times, nanoseconds since the Unix epoch. Exact to a second. */
        List<KernelCount> between(long fromEpochNanos, long toEpochNanos);
    }
}
