package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * The first ACK after a SYN-ACK, where it acknowledges bytes that were not captured: either the capture missed those bytes, or
 * the endpoint never sent them and does not take the ACK (RFC 9293 section 3.10.7.4, SYN-RECEIVED). What the endpoint sends
 * next decides.
 *
 * <pre>
 * none --ACK beyond the SYN-ACK--> open --sends from there on--> confirmed: the ACK counts
 *                                   |  --SYN-ACK again, or RST with that number--> refuted: it never counted
 * </pre>
 */
final class DoubtedAck {
    private boolean open;
    private int number;
    private long atNanos;

    /** Whether this segment, which acknowledges what {@code endpoint} sent, is in doubt; then it is kept. */
    boolean doubts(TcpSegment segment, EndpointTracker endpoint) {
        int acknowledged = segment.acknowledgmentNumber();
        if (!endpoint.sent.isUnsent() || !endpoint.syn.exceeds(acknowledged)) {
            return false;
        }
        if (!open) {
            atNanos = segment.atNanos();
        }
        open = true;
        number = acknowledged;
        return true;
    }

    /** Whether this segment of the endpoint shows that it had sent what was acknowledged. */
    boolean confirmedBy(TcpSegment segment) {
        int end = segment.sequenceNumber() + segment.payloadBytes() + (segment.has(TcpFlags.FIN) ? 1 : 0);
        return open && !segment.has(TcpFlags.SYN) && SequenceNumber.distance(number, end) >= 0;
    }

    /** Processes an RST of the endpoint: one without ACK has the number that it does not take. */
    void reset(TcpSegment rst) {
        if (open && !rst.has(TcpFlags.ACK) && rst.sequenceNumber() == number) {
            open = false;
        }
    }

    /** The endpoint has repeated its SYN-ACK, or another ACK counts. */
    void settle() {
        open = false;
    }

    int number() {
        return number;
    }

    long atNanos() {
        return atNanos;
    }

    /** Whether nothing has decided yet: then the capture has most likely missed the bytes. */
    boolean isOpen() {
        return open;
    }
}
