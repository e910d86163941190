package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * One FIN or RST, with its retransmissions.
 *
 * @param atNanos time of the first, wall clock, nanoseconds since the Unix epoch
 * @param sequenceNumber of the segment, 0 to 2^32 - 1
 * @param closeNumber sequence number of the FIN itself, after the segment's data; for an RST that of the segment
 * @param ackNanos time until the first acknowledgment; null for an RST, or if there was none
 * @param retransmits number of retransmissions with the same number
 * @param dataBytes bytes of data in the segment
 * @param acknowledgment whether the segment had ACK
 * @param inWindow whether the receiver would accept an RST (RFC 5961 section 3: it is within the window; after a SYN: it
 *     acknowledges the SYN); false suggests a stray or injected RST. True for a FIN, and if the window is unknown
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

    /** Kind of segment. */
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
