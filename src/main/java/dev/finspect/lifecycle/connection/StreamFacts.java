package dev.finspect.lifecycle.connection;

import org.jspecify.annotations.Nullable;

/**
 * What one endpoint sent: segments and the bytes of its stream, by sequence numbers modulo 2^32. Times are wall-clock
 * nanoseconds since the Unix epoch.
 *
 * @param segments of any kind, those that were not counted because of a wrong checksum left out
 * @param ipBytes IP packets' lengths, headers included
 * @param payloadBytes bytes in all segments, each as often as it was sent; those of an RST are not part of the stream
 * @param uniqueBytes bytes of the stream that were captured, each once
 * @param dataSegments segments with bytes of the stream
 * @param retransmittedSegments data segments with bytes that were captured before, keep-alives left out
 * @param retransmittedBytes how many such bytes
 * @param outOfOrderSegments data segments with new bytes from before the highest seen: out of order, or sent again after
 *     a loss before the capture; the wire alone cannot tell which
 * @param missedBytes bytes that the other end acknowledged and the capture never had: the capture missed them
 * @param missedGaps in how many pieces
 * @param unseenBytes bytes skipped and not acknowledged either when these facts were made: lost, late, or missed
 * @param acknowledgedBytes bytes of the stream that the other end acknowledged, by its numbers, captured or not
 * @param pureAcks segments with ACK and neither bytes nor SYN, FIN, RST
 * @param duplicateAcks pure ACKs that repeat the last number and window while the other end has bytes in flight
 * @param keepAlives segments of at most one byte from just before the next (RFC 9293 section 3.8.4)
 * @param zeroWindowProbes single bytes sent against a closed window
 * @param firstByteAtNanos when the first byte of the stream passed; null without any; the next likewise
 * @param lastByteAtNanos the last new byte
 * @param straySegments segments whose sequence number lies further than any window reaches (2^30); their bytes are not
 *     counted
 * @param wrongChecksums segments whose TCP checksum was wrong, counted or not
 * @param urgent segments with urgent data
 * @param leastTtl lowest time to live seen; 0 without a segment; the next likewise
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
        long straySegments,
        long wrongChecksums,
        long urgent,
        int leastTtl,
        int greatestTtl) {}
