package dev.finspect.wire.filter;

import java.util.Collection;
import java.util.Optional;

/**
 * The filter of a capture: which packets of all that pass this machine are seen, and of those the headers alone.
 *
 * <p>It is for a packet socket of type SOCK_DGRAM, whose packets begin with the IP header. IPv6 packets with extension
 * headers, and fragments but the first, pass it unseen.
 *
 * @param widened what the program sees beyond the rules, for people; empty when it sees exactly what they say
 */
public record CaptureFilter(FilterProgram program, Optional<String> widened) {
    /** In so many the most general filter fits. */
    public static final int LEAST_INSTRUCTIONS = 128;

    /**
     * The filter that sees what any of these rules wants; the stronger mode wins where two want the same segment. Rules
     * that are {@link CaptureMode#OFF} count for nothing.
     */
    public static CaptureFilter of(Collection<FilterRule> rules) {
        return of(rules, FilterProgram.MAX_INSTRUCTIONS);
    }

    /** The same for a kernel that takes no more than so many instructions, at least {@link #LEAST_INSTRUCTIONS}. */
    public static CaptureFilter of(Collection<FilterRule> rules, int maxInstructions) {
        if (maxInstructions < LEAST_INSTRUCTIONS) {
            throw new IllegalArgumentException(maxInstructions + " instructions are too few for any filter");
        }
        return new FilterBuilder(rules, maxInstructions).build();
    }
}
