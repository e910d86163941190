package dev.finspect.lifecycle.connection;

import dev.finspect.wire.IcmpError;
import org.jspecify.annotations.Nullable;

/**
 * The ICMP errors that quoted a connection.
 *
 * @param count how many
 * @param first the first of them; null without any; the next likewise
 * @param last the last of them
 * @param against who had sent the segment that {@code last} quotes
 */
public record IcmpFacts(
        long count,
        @Nullable IcmpError first,
        @Nullable IcmpError last,
        @Nullable Endpoint against) {
    /** None came. */
    public static final IcmpFacts NONE = new IcmpFacts(0, null, null, null);
}
