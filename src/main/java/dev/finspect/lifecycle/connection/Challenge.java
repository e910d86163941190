package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Whether a segment is the answer of an endpoint that still has an earlier connection (RFC 9293 section 3.10.7.4). */
final class Challenge {
    private static final int OTHERS = TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST;
    /** More than the other endpoint can have sent since its SYN in segments that were not captured, for all that is known. */
    private static final int FAR = 1 << 20;

    private Challenge() {}

    /** Whether it is a bare ACK that answers a SYN and does not acknowledge it, before any SYN-ACK. */
    static boolean is(TcpSegment segment, EndpointTracker sender, EndpointTracker peer) {
        TcpSegment syn = peer.syn.first();
        boolean bare = segment.has(TcpFlags.ACK) && (segment.flags() & OTHERS) == 0 && segment.payloadBytes() == 0;
        if (!bare || syn == null || sender.syn.seen() || peer.states.state() != EndpointState.SYN_SENT) {
            return false;
        }
        int distance = SequenceNumber.distance(syn.sequenceNumber(), segment.acknowledgmentNumber());
        return distance <= 0 || distance > FAR;
    }
}
