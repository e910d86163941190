package dev.finspect.wire.filter;

import java.util.Collection;
import java.util.Optional;

/**
 * The socket filter of a live capture: it selects packets, and of each packet keeps the headers only.
 *
 * <p>For a packet socket of type SOCK_DGRAM, whose packets start with the IP header. The filter does not select IPv6 packets
 * with extension headers, nor fragments other than the first.
 *
 * @param widened what the program captures beyond the rules, as text; empty if it captures exactly what they say
 */
public record CaptureFilter(FilterProgram program, Optional<String> widened) {
    /** Instructions that the most general filter needs. */
    public static final int LEAST_INSTRUCTIONS = 128;

    /**
     * Builds the filter that selects whatever any of these rules selects; if two rules match a segment, the more complete
     * mode applies. Rules with {@link FilterMode#OFF} are ignored.
     */
    public static CaptureFilter of(Collection<FilterRule> rules) {
        return of(rules, FilterProgram.MAX_INSTRUCTIONS);
    }

    /** The same for a kernel that accepts at most {@code maxInstructions}, at least {@link #LEAST_INSTRUCTIONS}. */
    public static CaptureFilter of(Collection<FilterRule> rules, int maxInstructions) {
        if (maxInstructions < LEAST_INSTRUCTIONS) {
            throw new IllegalArgumentException(maxInstructions + " instructions are too few for any filter");
        }
        return new FilterBuilder(rules, maxInstructions).build();
    }
}
