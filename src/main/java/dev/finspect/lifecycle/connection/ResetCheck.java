package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Whether an endpoint would accept an RST (RFC 9293 section 3.5.3, RFC 5961 section 3), as far as an observer can determine. */
final class ResetCheck {
    private ResetCheck() {}

    /** Whether {@code receiver} would accept this RST of {@code sender}; true if that cannot be determined. */
    static boolean accepted(TcpSegment rst, EndpointTracker sender, EndpointTracker receiver) {
        boolean ack = rst.has(TcpFlags.ACK);
        TcpSegment syn = receiver.syn.first();
        if (syn != null && !sender.syn.seen() && receiver.states.state() == EndpointState.SYN_SENT) {
            return ack && SynTracker.covers(syn, rst.acknowledgmentNumber());
        }
        if (!sender.sent.hasAcknowledgment()) {
            return true;
        }
        int offset = SequenceNumber.distance(sender.sent.acknowledgedNumber(), rst.sequenceNumber());
        long window = Math.max(0, receiver.window.lastBytes());
        return offset >= 0 && offset <= Math.max(window, sender.sent.unacknowledged());
    }
}
