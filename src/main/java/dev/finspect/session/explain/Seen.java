package dev.finspect.session.explain;

import dev.finspect.tcp.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kept segments of one captured connection, as far as a drawing must know what lies between them. Times are wall clock,
 * nanoseconds since the Unix epoch.
 *
 * @param leg which leg the connection belongs to
 * @param atEpochNanos when each kept segment passed, in order
 * @param bytes how many bytes of the stream they carry
 * @param unkept the segments between them that are not kept; null when all are
 * @param dropped how many packets the capture lost meanwhile
 */
record Seen(
        Leg leg,
        List<Long> atEpochNanos,
        long bytes,
        @Nullable Unkept unkept,
        long dropped) {
    /** Segments that were captured and whose headers are not kept, and between which times they lie. */
    record Unkept(long fromEpochNanos, long toEpochNanos, long segments) {}
}
