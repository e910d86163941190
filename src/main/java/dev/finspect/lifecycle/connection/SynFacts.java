package dev.finspect.lifecycle.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SYN or SYN-ACK of one endpoint: the first one captured with the final initial sequence number. Times are wall-clock
 * nanoseconds since the Unix epoch.
 *
 * @param atNanos time of the segment
 * @param firstSentAtNanos time of the first with this number, also if that belongs to an earlier connection that a time limit
 *     ended; otherwise {@code atNanos}
 * @param initialSequenceNumber 0 to 2^32 - 1
 * @param acknowledgment whether it was a SYN-ACK
 * @param acknowledgesIsn whether a SYN-ACK acknowledged the other endpoint's initial sequence number + 1; null for a SYN, or if the other endpoint's SYN was not captured
 * @param acknowledgedAtNanos time of the first acknowledgment of this number + 1; null if there was none
 * @param retransmits retransmissions with the same number, including those before {@code atNanos}
 * @param againAtNanos times of retransmissions after {@code atNanos}; the first {@link #MOST_TIMES}
 * @param otherNumbers number of SYNs with another sequence number that this endpoint sent
 * @param windowField unscaled, as in every SYN
 * @param mssBytes null if the option was absent; the next likewise
 * @param windowScale the shift as it was sent, even above RFC 7323's limit of 14
 * @param sackPermitted whether the option was present; the next likewise
 * @param timestamps TCP time stamps
 * @param fastOpen a Fast Open option
 * @param multipath an MPTCP option
 * @param ecnSetup whether it requested ECN (RFC 3168: SYN with ECE and CWR, SYN-ACK with ECE alone)
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param dataBytes bytes in the segment (Fast Open), usually 0
 */
public record SynFacts(
        long atNanos,
        long firstSentAtNanos,
        long initialSequenceNumber,
        boolean acknowledgment,
        @Nullable Boolean acknowledgesIsn,
        @Nullable Long acknowledgedAtNanos,
        int retransmits,
        List<Long> againAtNanos,
        int otherNumbers,
        int windowField,
        @Nullable Integer mssBytes,
        @Nullable Integer windowScale,
        boolean sackPermitted,
        boolean timestamps,
        boolean fastOpen,
        boolean multipath,
        boolean ecnSetup,
        int ttl,
        int dataBytes) {
    /** Most retransmission times kept: Linux gives up after six retransmissions by default, and can be configured for more. */
    public static final int MOST_TIMES = 15;
}
