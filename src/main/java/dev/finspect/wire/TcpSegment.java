package dev.finspect.wire;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;

/**
 * One TCP segment as it was seen on a wire: its headers' facts, no payload. On loopback and with offload it can be larger
 * than any MTU.
 *
 * @param atNanos the capture's time stamp, wall clock, nanoseconds since the Unix epoch
 * @param interfaceId number of the interface within its capture: its index for a live one, its place in the file for pcapng
 * @param direction as the capture knows it, relative to the host that captured
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param ipBytes the IP packet's length with its headers, as the IP header states it
 * @param sequenceNumber 32 bits whose sign means nothing, see {@link dev.finspect.tcp.SequenceNumber}
 * @param acknowledgmentNumber likewise; means nothing without ACK
 * @param flags bits of {@link TcpFlags}
 * @param windowField the window as it stands in the header, unscaled
 * @param payloadBytes bytes of the stream that it carries, by the IP header's length, captured or not
 * @param urgentPointer means nothing without URG
 * @param checksum whether TCP's checksum is right
 */
public record TcpSegment(
        long atNanos,
        int interfaceId,
        Direction direction,
        FourTuple tuple,
        int ttl,
        int ipBytes,
        int sequenceNumber,
        int acknowledgmentNumber,
        int flags,
        int windowField,
        int payloadBytes,
        int urgentPointer,
        TcpOptions options,
        Checksum checksum)
        implements Decoded {

    /** Which way a packet passed the host that captured it. */
    public enum Direction {
        INCOMING,
        OUTGOING,
        /** The capture does not say. */
        UNKNOWN
    }

    /** What can be said of a checksum. */
    public enum Checksum {
        RIGHT,
        WRONG,
        /** The packet was not captured whole, is a fragment, or the sender left the sum to its network card. */
        NOT_VERIFIED
    }

    /** Whether all these bits of {@link TcpFlags} are set. */
    public boolean has(int wanted) {
        return TcpFlags.has(flags, wanted);
    }

    /** The sequence number behind its last byte; SYN and FIN count one each. */
    public int endSequenceNumber() {
        return sequenceNumber + payloadBytes + (has(TcpFlags.SYN) ? 1 : 0) + (has(TcpFlags.FIN) ? 1 : 0);
    }
}
