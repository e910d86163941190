package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Tracks the FINs and RSTs of a connection, in the order of their first capture. */
final class CloseTracker {
    private static final List<Seen> NOTHING = List.of();

    private List<Seen> order = NOTHING;
    private long omitted;
    private boolean simultaneous;

    private static final class Seen {
        private final EndpointTracker sender;
        private final Kind kind;
        private final TcpSegment segment;
        private final int number;
        /** Bytes of the receiver's stream that it acknowledges; negative if unknown. */
        private final long acknowledgedBytes;

        private boolean inWindow;
        private final boolean answersAck;
        private int retransmits;
        private boolean acknowledged;
        private long acknowledgedAtNanos;

        Seen(
                EndpointTracker sender,
                EndpointTracker peer,
                Kind kind,
                TcpSegment segment,
                int number,
                boolean inWindow) {
            boolean ack = segment.has(TcpFlags.ACK);
            this.sender = sender;
            this.kind = kind;
            this.segment = segment;
            this.number = number;
            this.acknowledgedBytes = ack ? peer.sent.bytesBefore(segment.acknowledgmentNumber()) : -1;
            this.inWindow = inWindow;
            this.answersAck = kind == Kind.RST && !ack && peer.sent.counts().hasAcknowledged(segment.sequenceNumber());
        }

        CloseSegment facts(Function<EndpointTracker, Endpoint> ends) {
            return new CloseSegment(
                    ends.apply(sender),
                    kind,
                    segment.atNanos(),
                    new CloseSegment.Numbers(
                            SequenceNumber.unsigned(segment.sequenceNumber()),
                            SequenceNumber.unsigned(number),
                            segment.has(TcpFlags.ACK)
                                    ? (Long) SequenceNumber.unsigned(segment.acknowledgmentNumber())
                                    : null,
                            acknowledgedBytes < 0 ? null : (Long) acknowledgedBytes),
                    new CloseSegment.Reception(
                            acknowledged ? (Long) (acknowledgedAtNanos - segment.atNanos()) : null,
                            inWindow,
                            answersAck),
                    retransmits,
                    segment.payloadBytes(),
                    segment.ttl());
        }
    }

    /** Processes a FIN. The close is simultaneous if it does not acknowledge the other endpoint's FIN. */
    void fin(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        int number = segment.sequenceNumber() + segment.payloadBytes() + (segment.has(TcpFlags.SYN) ? 1 : 0);
        boolean isFirst = note(sender, peer, Kind.FIN, segment, number, true);
        if (isFirst
                && peer.sent.finSeen()
                && !peer.sent.finAcknowledged()
                && !(segment.has(TcpFlags.ACK) && peer.sent.coversFin(segment.acknowledgmentNumber()))) {
            simultaneous = true;
        }
    }

    /** Processes an RST. */
    void rst(EndpointTracker sender, EndpointTracker peer, TcpSegment segment, boolean inWindow) {
        note(sender, peer, Kind.RST, segment, segment.sequenceNumber(), inWindow);
    }

    /** Takes it back that the RSTs of this sender since this time were accepted. */
    void refused(EndpointTracker sender, long sinceNanos) {
        for (Seen seen : order) {
            if (seen.sender == sender && seen.kind == Kind.RST && seen.segment.atNanos() >= sinceNanos) {
                seen.inWindow = false;
            }
        }
    }

    private boolean note(
            EndpointTracker sender, EndpointTracker peer, Kind kind, TcpSegment segment, int number, boolean inWindow) {
        for (Seen seen : order) {
            boolean takenNow = inWindow && !seen.inWindow;
            if (seen.sender == sender && seen.kind == kind && seen.number == number && !takenNow) {
                seen.retransmits++;
                return false;
            }
        }
        if (order.size() == CloseFacts.MOST) {
            omitted++;
            return false;
        }
        if (order.isEmpty()) {
            order = new ArrayList<>(2);
        }
        order.add(new Seen(sender, peer, kind, segment, number, inWindow));
        return true;
    }

    boolean isEmpty() {
        return order.isEmpty();
    }

    /** Processes an acknowledgment of what {@code finSender} sent. */
    void acknowledge(EndpointTracker finSender, int number, long atNanos) {
        for (Seen seen : order) {
            if (seen.sender == finSender
                    && seen.kind == Kind.FIN
                    && !seen.acknowledged
                    && SequenceNumber.isAfter(number, seen.number)) {
                seen.acknowledged = true;
                seen.acknowledgedAtNanos = atNanos;
            }
        }
    }

    CloseFacts facts(
            Function<EndpointTracker, Endpoint> ends, CloseFacts.TimeWaitHolder timeWait, long segmentsAfterReset) {
        List<CloseSegment> segments = new ArrayList<>(order.size());
        for (Seen seen : order) {
            segments.add(seen.facts(ends));
        }
        return new CloseFacts(List.copyOf(segments), omitted, simultaneous, timeWait, segmentsAfterReset);
    }
}
