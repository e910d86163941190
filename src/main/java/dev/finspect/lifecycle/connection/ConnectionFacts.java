package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.zeek.ZeekFacts;
import dev.finspect.tcp.FourTuple;
import org.jspecify.annotations.Nullable;

/**
 * All that segments told of one TCP connection. Immutable. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param number counts from 1 in the order of first segments; 0 from a tracker that stands alone
 * @param scope what the caller told connections of equal ports apart by; 0 when it did not
 * @param tuple from the originator to the responder
 * @param orientation what tells who is the originator
 * @param midStream whether it was first seen after its handshake had begun
 * @param firstAtNanos first segment of these facts
 * @param lastAtNanos last segment of these facts
 * @param ending why they were handed out
 * @param continues the facts that they go on from; null when they stand alone
 * @param completeness Wireshark's sum: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST
 * @param captureMissed whether segments are proved to have passed that the capture does not have: bytes acknowledged and not
 *     seen, or a handshake's middle missing
 * @param interfaceId of the first segment
 */
public record ConnectionFacts(
        long number,
        long scope,
        FourTuple tuple,
        Orientation orientation,
        boolean midStream,
        long firstAtNanos,
        long lastAtNanos,
        FlowEndReason ending,
        @Nullable Continuation continues,
        HandshakeFacts handshake,
        EndpointFacts originator,
        EndpointFacts responder,
        CloseFacts close,
        ZeekFacts zeek,
        int completeness,
        boolean captureMissed,
        IcmpFacts icmp,
        int interfaceId) {

    /** What is known of this end. */
    public EndpointFacts of(Endpoint end) {
        return end == Endpoint.ORIGINATOR ? originator : responder;
    }
}
