package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * One FIN or RST, with its retransmissions.
 *
 * @param atNanos time of the first, wall clock, nanoseconds since the Unix epoch
 * @param numbers its sequence and acknowledgment numbers
 * @param reception what its receiver does with it
 * @param retransmits number of retransmissions with the same number
 * @param dataBytes bytes of data in the segment
 * @param ttl IPv4 time to live or IPv6 hop limit
 */
public record CloseSegment(
        Endpoint sender,
        Kind kind,
        long atNanos,
        Numbers numbers,
        Reception reception,
        int retransmits,
        int dataBytes,
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

    /**
     * The numbers of a FIN or RST.
     *
     * @param sequenceNumber of the segment, 0 to 2^32 - 1
     * @param closeNumber sequence number of the FIN itself, after the segment's data; for an RST that of the segment
     * @param acknowledgmentNumber 0 to 2^32 - 1; null if the segment had no ACK
     * @param acknowledgedBytes bytes of the receiver's stream before that number, without its FIN; 0 for a number before them.
     *     Null if the segment had no ACK, or nothing of that stream was captured or acknowledged before
     */
    public record Numbers(
            long sequenceNumber,
            long closeNumber,
            @Nullable Long acknowledgmentNumber,
            @Nullable Long acknowledgedBytes) {}

    /**
     * What the receiver of a FIN or RST does with it.
     *
     * @param ackNanos time until the first acknowledgment; null for an RST, or if there was none
     * @param inWindow whether the receiver would accept an RST, see {@link ResetCheck}; false suggests a stray or injected RST.
     *     True for a FIN, and if the window is unknown
     * @param answersAck whether an RST without ACK has the acknowledgment number of a segment of the receiver as its sequence
     *     number, as an RST in answer to that segment from a host without such a connection has (RFC 9293 section 3.10.7.1)
     */
    public record Reception(@Nullable Long ackNanos, boolean inWindow, boolean answersAck) {}

    /** See {@link Numbers}. */
    public long sequenceNumber() {
        return numbers.sequenceNumber;
    }

    /** See {@link Numbers}. */
    public long closeNumber() {
        return numbers.closeNumber;
    }

    /** Whether the segment had ACK. */
    public boolean acknowledgment() {
        return numbers.acknowledgmentNumber != null;
    }

    /** See {@link Reception}. */
    public @Nullable Long ackNanos() {
        return reception.ackNanos;
    }

    /** See {@link Reception}. */
    public boolean inWindow() {
        return reception.inWindow;
    }

    /** See {@link Reception}. */
    public boolean answersAck() {
        return reception.answersAck;
    }
}
