package dev.finspect.lifecycle.connection;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SYN or SYN-ACK of one endpoint: the first captured with the initial sequence number that stood. Times are wall-clock
 * nanoseconds since the Unix epoch.
 *
 * @param atNanos when it passed
 * @param firstSentAtNanos when the first with this number passed, also when that belongs to earlier facts that a time limit
 *     cut off; otherwise {@code atNanos}
 * @param initialSequenceNumber 0 to 2^32 - 1
 * @param acknowledgment whether it was a SYN-ACK
 * @param acknowledgesIsn whether a SYN-ACK acknowledged the other end's initial sequence number + 1; null for a SYN, or when
 *     the other end's SYN was not seen
 * @param acknowledgedAtNanos when the other end first acknowledged this number + 1; null when it never did
 * @param retransmits how often it was sent again with the same number, those before {@code atNanos} included
 * @param againAtNanos when it was sent again after {@code atNanos}; the first {@link #MOST_TIMES} of these times
 * @param otherNumbers how many SYNs with another number this endpoint sent in these facts
 * @param windowField unscaled, as every SYN's window is
 * @param mssBytes null where the option was absent; the next likewise
 * @param windowScale the shift as it was sent, even above RFC 7323's limit of 14
 * @param sackPermitted whether the option was there; the next likewise
 * @param timestamps TCP time stamps
 * @param fastOpen a Fast Open option
 * @param multipath an MPTCP option
 * @param ecnSetup whether it asked for ECN (RFC 3168: SYN with ECE and CWR, SYN-ACK with ECE alone)
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param dataBytes bytes it carried (Fast Open), usually 0
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
    /** So many times are kept: a Linux kernel gives up after six retransmits, or after ten and more when told to. */
    public static final int MOST_TIMES = 15;
}
