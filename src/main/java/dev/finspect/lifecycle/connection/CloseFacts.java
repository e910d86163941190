package dev.finspect.lifecycle.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a connection was closed.
 *
 * @param order FINs and RSTs in the order of their first capture; at most {@value #MOST}, see {@code omitted}
 * @param omitted number of further ones with new sequence numbers
 * @param simultaneous whether each endpoint sent its FIN before acknowledging the other's
 * @param timeWait which endpoint is in TIME-WAIT
 * @param segmentsAfterReset segments after an accepted RST; the RST was ignored or had not arrived
 */
public record CloseFacts(
        List<CloseSegment> order,
        long omitted,
        boolean simultaneous,
        TimeWaitHolder timeWait,
        long segmentsAfterReset) {
    /** Most entries of {@link #order()}. */
    public static final int MOST = 16;

    /** Which endpoint is in TIME-WAIT at the end. */
    public enum TimeWaitHolder {
        NONE("none"),
        ORIGINATOR("originator"),
        RESPONDER("responder"),
        /** After a simultaneous close. */
        BOTH("both");

        private final String label;

        TimeWaitHolder(String label) {
            this.label = label;
        }

        /** The word for records and pages. */
        public String label() {
            return label;
        }
    }

    /** The first FIN or RST; null if there was none. */
    public @Nullable CloseSegment first() {
        return order.isEmpty() ? null : order.get(0);
    }

    /** The first of this kind that this endpoint sent; null if it sent none. */
    public @Nullable CloseSegment first(Endpoint sender, CloseSegment.Kind kind) {
        for (CloseSegment segment : order) {
            if (segment.sender() == sender && segment.kind() == kind) {
                return segment;
            }
        }
        return null;
    }
}
