package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * What one endpoint sent: segments and the bytes of its stream, by sequence numbers modulo 2^32. Times are wall-clock
 * nanoseconds since the Unix epoch.
 *
 * @param segments all segments, except those left out because of a wrong checksum
 * @param ipBytes length of the IP packets with headers
 * @param payloadBytes bytes in all segments, retransmissions included; bytes of an RST are not part of the stream
 * @param uniqueBytes captured bytes of the stream, each counted once
 * @param dataSegments segments with bytes of the stream
 * @param retransmittedSegments data segments with bytes that were captured before, without keep-alives
 * @param retransmittedBytes number of such bytes
 * @param retransmittedBareFins FINs without data that were sent again; one that was sent again with data is among the segments
 * @param outOfOrderSegments data segments with new bytes before the highest captured: reordered, or retransmitted after a
 *     loss before the capture point; a capture cannot distinguish the two
 * @param missedBytes bytes that were acknowledged but not captured: the capture missed them
 * @param missedGaps number of gaps with such bytes
 * @param unseenBytes skipped bytes that were not acknowledged by then: lost, late, or missed by the capture
 * @param acknowledgedBytes bytes of the stream that were acknowledged, captured or not
 * @param pureAcks segments with ACK, without data, SYN, FIN and RST
 * @param duplicateAcks pure ACKs that repeat the last number and window while the other endpoint has data in flight
 * @param keepAlives segments with the sequence number before the next and at most one byte (RFC 9293 section 3.8.4), while
 *     the other endpoint's window is open
 * @param zeroWindowProbes segments with at most one byte sent into a closed window (RFC 9293 section 3.8.6.1): a single byte, or
 *     none and the number before the next, as a keep-alive has
 * @param firstByteAtNanos time of the first byte; null if there is none; the next likewise
 * @param lastByteAtNanos time of the last new byte
 * @param lastInOrderAtNanos time of the last new byte that its receiver could read: nothing before it was missing, or all
 *     before it was acknowledged later
 * @param holeSinceNanos since when bytes have waited behind bytes that are neither captured nor acknowledged, without any that
 *     its receiver could read; null while nothing is missing
 * @param straySegments segments whose sequence number is further away than any window (2^30); their bytes are not counted
 * @param wrongChecksums segments with a wrong TCP checksum, left out or not
 * @param urgent segments with urgent data
 * @param leastTtl lowest time to live; 0 without a segment; the next likewise
 * @param greatestTtl highest
 */
public record StreamFacts(
        long segments,
        long ipBytes,
        long payloadBytes,
        long uniqueBytes,
        long dataSegments,
        long retransmittedSegments,
        long retransmittedBytes,
        long retransmittedBareFins,
        long outOfOrderSegments,
        long missedBytes,
        long missedGaps,
        long unseenBytes,
        long acknowledgedBytes,
        long pureAcks,
        long duplicateAcks,
        long keepAlives,
        long zeroWindowProbes,
        @Nullable Long firstByteAtNanos,
        @Nullable Long lastByteAtNanos,
        @Nullable Long lastInOrderAtNanos,
        @Nullable Long holeSinceNanos,
        long straySegments,
        long wrongChecksums,
        long urgent,
        int leastTtl,
        int greatestTtl) {}
