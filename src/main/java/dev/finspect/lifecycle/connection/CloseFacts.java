package dev.finspect.lifecycle.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a connection was closed.
 *
 * @param order FINs and RSTs in the order in which they first passed; at most {@value #MOST}, see {@code omitted}
 * @param omitted how many with new sequence numbers came after those
 * @param simultaneous whether each end sent its FIN before it had acknowledged the other's
 * @param timeWait who holds TIME-WAIT
 * @param segmentsAfterReset segments that passed after an RST that counts, which says that it was not believed or had not
 *     arrived yet
 */
public record CloseFacts(
        List<CloseSegment> order,
        long omitted,
        boolean simultaneous,
        TimeWaitHolder timeWait,
        long segmentsAfterReset) {
    /** Bound on {@link #order()}. */
    public static final int MOST = 16;

    /** Which endpoint is left in TIME-WAIT. */
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

    /** The first FIN or RST of all; null when there was none. */
    public @Nullable CloseSegment first() {
        return order.isEmpty() ? null : order.get(0);
    }

    /** The first of this kind that this end sent; null when it sent none. */
    public @Nullable CloseSegment first(Endpoint sender, CloseSegment.Kind kind) {
        for (CloseSegment segment : order) {
            if (segment.sender() == sender && segment.kind() == kind) {
                return segment;
            }
        }
        return null;
    }
}
