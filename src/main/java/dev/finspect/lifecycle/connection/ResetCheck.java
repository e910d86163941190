package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint would accept an RST, as far as an observer can determine: it lies within the window (RFC 9293 section
 * 3.5.3, RFC 5961 section 3), or in SYN-SENT acknowledges the SYN.
 *
 * <p>Differs from the RFCs in one case, as Linux does ({@code tcp_reset_check}): an endpoint in CLOSE-WAIT, LAST-ACK or CLOSING
 * also accepts the number of the FIN that it received, which is the one before the next. Some systems reset with that number.
 *
 * <p>Where the capture lacks bytes of the sender, it also lacks their acknowledgments: then no number after the last captured
 * one is known to be too high.
 */
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
        if (sender.sent.isFin(rst.sequenceNumber()) && receiver.states.state().hasUnansweredFin()) {
            return true;
        }
        int offset = SequenceNumber.distance(sender.sent.acknowledgedNumber(), rst.sequenceNumber());
        long window = window(receiver, syn);
        return offset >= 0 && (sender.sent.hasMissed() || offset <= Math.max(window, sender.sent.unacknowledged()));
    }

    /** The last window, bytes: at first that of the SYN, which is not scaled. */
    private static long window(EndpointTracker receiver, @Nullable TcpSegment syn) {
        long last = receiver.window.lastBytes();
        return last >= 0 ? last : syn == null ? 0 : syn.windowField();
    }
}
