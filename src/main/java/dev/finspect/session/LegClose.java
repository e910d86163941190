package dev.finspect.session;

import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/**
 * How one leg was closed. Times are wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param peerFin the peer's FIN, null when none was seen; from the kernel where only a reading of its state proved it, and
 *     then with the reading's time
 * @param localFin finspect's FIN
 * @param peerRst the peer's RST; inferred where the connection broke with an error that is not known
 * @param localRst finspect's RST
 * @param errno the error that ended the leg; null when none did
 * @param simultaneousClose both FINs crossed
 * @param timeWaitHolder {@code peer}, {@code local} (finspect), {@code both} (after a simultaneous close) or {@code none}; without the
 *     wire {@code local} also where both hold it
 * @param peerCloseWait how long the peer sat in CLOSE-WAIT: from finspect's FIN to its own, to a reset, or to the moment of
 *     this record; a round trip too long. Null when the peer's FIN came first; the next likewise
 * @param localCloseWait how long finspect sat in CLOSE-WAIT: from the peer's FIN to its own
 * @param peerFinWait2 how long the peer sat in FIN-WAIT-2: as long as finspect in CLOSE-WAIT
 * @param localFinWait2 how long finspect sat in FIN-WAIT-2, from the first reading that found it so, which may be late by a
 *     sweep; null when none did
 * @param bytesSentAfterPeerFin bytes that finspect handed to the peer after the peer's FIN
 * @param bytesReceivedAfterLocalFin bytes that the peer sent after finspect's FIN
 */
public record LegClose(
        @Nullable Flag peerFin,
        @Nullable Flag localFin,
        @Nullable Flag peerRst,
        @Nullable Flag localRst,
        @Nullable Fact<Errno> errno,
        @Nullable Fact<Boolean> simultaneousClose,
        @Nullable Fact<String> timeWaitHolder,
        @Nullable Fact<Long> peerCloseWait,
        @Nullable Fact<Long> localCloseWait,
        @Nullable Fact<Long> peerFinWait2,
        @Nullable Fact<Long> localFinWait2,
        @Nullable Fact<Long> bytesSentAfterPeerFin,
        @Nullable Fact<Long> bytesReceivedAfterLocalFin) {
    /** Nothing known: nobody has closed. */
    public static final LegClose UNKNOWN =
            new LegClose(null, null, null, null, null, null, null, null, null, null, null, null, null);

    /**
     * One FIN or RST.
     *
     * @param at when it was seen or sent
     * @param sequenceNumber of the segment
     * @param timeToAck until it was acknowledged
     * @param retransmits how often it was sent again
     * @param withData whether the segment carried bytes
     */
    public record Flag(
            Fact<Long> at,
            @Nullable Fact<Long> sequenceNumber,
            @Nullable Fact<Long> timeToAck,
            @Nullable Fact<Long> retransmits,
            @Nullable Fact<Boolean> withData) {}
}
