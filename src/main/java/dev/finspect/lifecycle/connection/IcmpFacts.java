package dev.finspect.lifecycle.connection;

import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/**
 * The ICMP errors that quoted a connection.
 *
 * @param count number of errors
 * @param first the first error; null if there is none; the next likewise
 * @param last the last error
 * @param against sender of the segment that {@code last} quotes
 */
public record IcmpFacts(
        long count,
        @Nullable IcmpError first,
        @Nullable IcmpError last,
        @Nullable Endpoint against) {
    /** No errors. */
    public static final IcmpFacts NONE = new IcmpFacts(0, null, null, null);
}
