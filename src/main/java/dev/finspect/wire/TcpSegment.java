package dev.finspect.wire;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;

/**
 * One captured TCP segment: the content of its headers, without payload. On loopback and with segmentation offload it can be
 * larger than any MTU.
 *
 * @param atNanos the capture's time stamp, wall clock, nanoseconds since the Unix epoch
 * @param interfaceId number of the interface within the capture: the system's index in a live capture, the position in a pcapng file
 * @param direction relative to the capturing host
 * @param ttl IPv4 time to live or IPv6 hop limit
 * @param ipBytes the IP packet's length with its headers, as the IP header states it
 * @param sequenceNumber 32 bits, unsigned, see {@link dev.finspect.tcp.SequenceNumber}
 * @param acknowledgmentNumber likewise; valid only with ACK
 * @param flags bits of {@link TcpFlags}
 * @param windowField the window field of the header, unscaled
 * @param payloadBytes bytes of the stream in this segment, by the IP header's length, captured or not
 * @param urgentPointer valid only with URG
 * @param checksum whether TCP's checksum is right
 * @param network the virtual network in which it was captured
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
        Checksum checksum,
        VirtualNetwork network)
        implements Decoded {

    /** A segment in no virtual network. */
    public TcpSegment(
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
            Checksum checksum) {
        this(
                atNanos,
                interfaceId,
                direction,
                tuple,
                ttl,
                ipBytes,
                sequenceNumber,
                acknowledgmentNumber,
                flags,
                windowField,
                payloadBytes,
                urgentPointer,
                options,
                checksum,
                VirtualNetwork.NONE);
    }

    /** Direction of a packet relative to the capturing host. */
    public enum Direction {
        INCOMING,
        OUTGOING,
        /** The capture has no such information. */
        UNKNOWN
    }

    /** Result of verifying a checksum. */
    public enum Checksum {
        RIGHT,
        WRONG,
        /** The packet was not captured completely, is a fragment, or its sender uses checksum offload. */
        NOT_VERIFIED
    }

    /** Whether all these bits of {@link TcpFlags} are set. */
    public boolean has(int wanted) {
        return TcpFlags.has(flags, wanted);
    }

    /** The sequence number after its last byte; SYN and FIN count as one each. */
    public int endSequenceNumber() {
        return sequenceNumber + payloadBytes + (has(TcpFlags.SYN) ? 1 : 0) + (has(TcpFlags.FIN) ? 1 : 0);
    }
}
