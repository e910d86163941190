package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.zeek.ZeekFacts;
import dev.finspect.tcp.FourTuple;
import dev.finspect.wire.VirtualNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the captured segments show about one TCP connection. Immutable. Times are wall-clock nanoseconds since the Unix epoch.
 *
 * @param number from 1, in the order of first segments; 0 for a connection that is tracked alone
 * @param scope distinguishes connections with equal ports and addresses; 0 if unused
 * @param tuple from the originator to the responder
 * @param orientation how the originator was determined
 * @param midStream whether the first captured segment came after the start of the handshake
 * @param firstAtNanos first segment of these facts
 * @param lastAtNanos last segment of these facts
 * @param ending why they were reported
 * @param continues the earlier connection that this one continues; null if there is none
 * @param completeness Wireshark's sum: 1 SYN, 2 SYN-ACK, 4 ACK, 8 data, 16 FIN, 32 RST
 * @param captureMissed whether the facts prove that the capture misses segments: bytes acknowledged but not
 *     captured, or an incomplete handshake
 * @param dataLeftOut segments with data that were left out because their checksum was wrong
 * @param interfaceId of the first segment
 * @param networks the virtual networks in which it was seen last, without {@link VirtualNetwork#NONE}
 * @param chain the facts of all connections from the one on with which the same TCP connection began, this one included; null
 *     for one that continues none. Zeek's words in it mean nothing
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
        long dataLeftOut,
        int interfaceId,
        List<VirtualNetwork> networks,
        @Nullable ConnectionFacts chain) {

    /** The facts of the whole TCP connection so far: with those that time limits cut off before these. */
    public ConnectionFacts whole() {
        ConnectionFacts all = chain;
        return all == null ? this : all;
    }

    /** The facts of this endpoint. */
    public EndpointFacts of(Endpoint end) {
        return end == Endpoint.ORIGINATOR ? originator : responder;
    }
}
