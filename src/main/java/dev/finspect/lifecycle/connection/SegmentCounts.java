package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/** Counts the segments of each kind that one endpoint sent. */
final class SegmentCounts {
    private long segments;
    private long ipBytes;
    private long payloadBytes;
    private long dataSegments;
    private long pureAcks;
    private long duplicateAcks;
    private long wrongChecksums;
    private long urgent;
    private int leastTtl;
    private int greatestTtl;

    private int lastAcknowledgment;
    /** The last other number before it. */
    private int earlierAcknowledgment;

    private int lastWindow;
    private boolean acknowledgedBefore;

    void wrongChecksum() {
        wrongChecksums++;
    }

    /** Counts a segment; {@code peerInFlight} says whether the other endpoint has unacknowledged data. */
    void segment(TcpSegment segment, boolean peerInFlight) {
        segments++;
        ipBytes += segment.ipBytes();
        payloadBytes += segment.payloadBytes();
        int flags = segment.flags();
        if (segment.payloadBytes() > 0 && (flags & TcpFlags.RST) == 0) {
            dataSegments++;
        }
        if ((flags & TcpFlags.URG) != 0) {
            urgent++;
        }
        int ttl = segment.ttl();
        leastTtl = segments == 1 ? ttl : Math.min(leastTtl, ttl);
        greatestTtl = Math.max(greatestTtl, ttl);
        if ((flags & TcpFlags.ACK) != 0) {
            acknowledgment(segment, peerInFlight);
        }
    }

    private void acknowledgment(TcpSegment segment, boolean peerInFlight) {
        boolean pure =
                segment.payloadBytes() == 0 && (segment.flags() & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST)) == 0;
        int number = segment.acknowledgmentNumber();
        if (pure) {
            pureAcks++;
            if (acknowledgedBefore
                    && peerInFlight
                    && number == lastAcknowledgment
                    && segment.windowField() == lastWindow) {
                duplicateAcks++;
            }
        }
        if (!acknowledgedBefore) {
            earlierAcknowledgment = number;
        } else if (number != lastAcknowledgment) {
            earlierAcknowledgment = lastAcknowledgment;
        }
        acknowledgedBefore = true;
        lastAcknowledgment = number;
        lastWindow = segment.windowField();
    }

    /** Whether this is one of the last two acknowledgment numbers that the endpoint sent. */
    boolean hasAcknowledged(int number) {
        return acknowledgedBefore && (number == lastAcknowledgment || number == earlierAcknowledgment);
    }

    long segments() {
        return segments;
    }

    long ipBytes() {
        return ipBytes;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    long dataSegments() {
        return dataSegments;
    }

    long pureAcks() {
        return pureAcks;
    }

    long duplicateAcks() {
        return duplicateAcks;
    }

    long wrongChecksums() {
        return wrongChecksums;
    }

    long urgent() {
        return urgent;
    }

    int leastTtl() {
        return leastTtl;
    }

    int greatestTtl() {
        return greatestTtl;
    }
}
