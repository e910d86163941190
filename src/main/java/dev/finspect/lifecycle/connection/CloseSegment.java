package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * One FIN, or one RST, with those that repeat it.
 *
 * @param atNanos when it first passed, wall clock, nanoseconds since the Unix epoch
 * @param sequenceNumber of the segment, 0 to 2^32 - 1
 * @param closeNumber sequence number of the FIN itself, behind the segment's data; of an RST the segment's
 * @param ackNanos from it to the first segment of the other end that acknowledged it; null for an RST, or when none did
 * @param retransmits how often it was sent again with the same number
 * @param dataBytes bytes that the segment carried
 * @param acknowledgment whether the segment had ACK
 * @param inWindow whether an RST lay where its receiver would take it (RFC 5961 section 3: within the window; to a SYN: it
 *     acknowledges it); false hints at a stray or injected one. True for a FIN, and where the window is not known
 * @param ttl IPv4 time to live or IPv6 hop limit
 */
public record CloseSegment(
        Endpoint sender,
        Kind kind,
        long atNanos,
        long sequenceNumber,
        long closeNumber,
        @Nullable Long ackNanos,
        int retransmits,
        int dataBytes,
        boolean acknowledgment,
        boolean inWindow,
        int ttl) {

    /** How a segment closes. */
    public enum Kind {
        FIN("fin"),
        RST("rst");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The word for records and pages. */
        public String label() {
            return label;
        }
    }
}
