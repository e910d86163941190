package dev.finspect.session;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/**
 * The data phase of one leg. "Received" is from the peer to finspect, "sent" from finspect to the peer. Times are
 * wall-clock nanoseconds since the Unix epoch, durations nanoseconds.
 *
 * @param bytesReceived bytes read from the socket
 * @param bytesSent bytes handed to the socket
 * @param segmentsReceived segments of any kind
 * @param segmentsSent segments of any kind
 * @param firstReceivedAt when the first byte was read
 * @param lastReceivedAt when the last byte was read
 * @param firstSentAt when the first byte was handed over
 * @param lastSentAt when the last byte was handed over
 * @param smoothedRtt the kernel's smoothed round-trip time at the last reading
 * @param minRtt the least round-trip time the kernel saw
 * @param retransmitsSent segments that finspect's kernel sent again, SYN and FIN included
 * @param retransmitsReceived segments that the peer sent again
 * @param retransmittedBytesSent bytes sent again
 * @param retransmittedBytesReceived bytes that the peer sent again
 * @param peerZeroWindows how often the peer's window was found closed while something waited to be sent; without the wire as
 *     the sweep found it, so that a short one can be missed, and 0 from the kernel where it says it was never held back
 * @param peerZeroWindowTime for how long in all
 * @param localZeroWindows how often finspect's own window was closed
 * @param localZeroWindowTime for how long in all
 * @param busyTime how long the kernel had bytes to send
 * @param receiverLimitedTime how much of it the peer's window held back
 * @param sendBufferLimitedTime how much of it the send buffer held back
 * @param unackedSegments sent and not acknowledged at the last reading
 * @param notSentBytes in the kernel's send queue and never sent, at the last reading
 * @param pausedTime how long finspect did not read from the peer because the other leg was full
 * @param pauses how often
 * @param heldBytesMax most bytes that finspect itself held for this peer
 * @param undeliveredBytes bytes read from the other peer that never reached this peer's kernel queue
 * @param urgentSeen whether urgent data came, whose mark is lost though its byte is not
 * @param state the state of finspect's end at the last reading; a socket never shows its TIME-WAIT, but CLOSED
 */
public record LegData(
        Fact<Long> bytesReceived,
        Fact<Long> bytesSent,
        @Nullable Fact<Long> segmentsReceived,
        @Nullable Fact<Long> segmentsSent,
        @Nullable Fact<Long> firstReceivedAt,
        @Nullable Fact<Long> lastReceivedAt,
        @Nullable Fact<Long> firstSentAt,
        @Nullable Fact<Long> lastSentAt,
        @Nullable Fact<Long> smoothedRtt,
        @Nullable Fact<Long> minRtt,
        @Nullable Fact<Long> retransmitsSent,
        @Nullable Fact<Long> retransmitsReceived,
        @Nullable Fact<Long> retransmittedBytesSent,
        @Nullable Fact<Long> retransmittedBytesReceived,
        @Nullable Fact<Long> peerZeroWindows,
        @Nullable Fact<Long> peerZeroWindowTime,
        @Nullable Fact<Long> localZeroWindows,
        @Nullable Fact<Long> localZeroWindowTime,
        @Nullable Fact<Long> busyTime,
        @Nullable Fact<Long> receiverLimitedTime,
        @Nullable Fact<Long> sendBufferLimitedTime,
        @Nullable Fact<Long> unackedSegments,
        @Nullable Fact<Long> notSentBytes,
        @Nullable Fact<Long> pausedTime,
        @Nullable Fact<Long> pauses,
        @Nullable Fact<Long> heldBytesMax,
        @Nullable Fact<Long> undeliveredBytes,
        @Nullable Fact<Boolean> urgentSeen,
        @Nullable Fact<TcpState> state) {
    /** Nothing known, and no byte moved. */
    public static final LegData UNKNOWN = ofBytes(Fact.inferred(0L), Fact.inferred(0L));

    /** Nothing known but bytes, from the wire. */
    static LegData ofBytes(long received, long sent) {
        return ofBytes(WireFacts.fact(received), WireFacts.fact(sent));
    }

    private static LegData ofBytes(Fact<Long> received, Fact<Long> sent) {
        return new LegData(
                received, sent, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
