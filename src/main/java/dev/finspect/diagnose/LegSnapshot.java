package dev.finspect.diagnose;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one leg at one moment: a sheet that whoever takes the snapshot fills in, and that rules only read.
 *
 * <p>"Received" is from the peer to finspect, "sent" from finspect to the peer. A null is not known. Facts that end in At or
 * Since are wall-clock nanoseconds since the Unix epoch; those that end in Nanos are durations.
 */
public final class LegSnapshot {
    /** Which leg it is. */
    public final Leg leg;

    /** The far end; null for an upstream that was never reached. */
    public @Nullable InetSocketAddress peer;
    /** finspect's end. */
    public @Nullable InetSocketAddress local;

    // Opening.

    /** When the leg was established: accept() on the client leg, the end of connect() on the upstream one. */
    public @Nullable Fact<Long> establishedAt;

    public @Nullable Fact<Long> synAt;
    public @Nullable Fact<Long> synAckAt;
    /** The ACK that completed the handshake. */
    public @Nullable Fact<Long> ackAt;
    /** From that ACK to accept(). */
    public @Nullable Fact<Long> acceptDelayNanos;

    public @Nullable Fact<Long> synRetransmits;
    public @Nullable Fact<Long> synAckRetransmits;

    // Data.

    public Fact<Long> bytesReceived = Fact.socket(0L);
    /** Handed to the kernel; {@link #notSentBytes} of them may still lie there. */
    public Fact<Long> bytesSent = Fact.socket(0L);

    public @Nullable Fact<Long> firstReceivedAt;
    public @Nullable Fact<Long> lastReceivedAt;
    public @Nullable Fact<Long> firstSentAt;
    public @Nullable Fact<Long> lastSentAt;
    /**
     * How often the peer went on speaking after a second's pause though the other leg's peer had said nothing meanwhile: a
     * peer that does so does not wait for answers.
     */
    public @Nullable Fact<Long> unansweredTurns;
    /** Bytes sent since the peer's last bytes: the turn that it has not answered. 0 when it spoke last. */
    public @Nullable Fact<Long> turnBytesSent;
    /**
     * The longest time that the peer let pass on this leg before it spoke at last, counted from the latest bytes sent to it: how
     * patient one has to be with it. Null until it has answered once.
     */
    public @Nullable Fact<Long> longestAnswerNanos;
    /** How long the latest rest lasted: a second or more without a byte either way, over again. Null without one. */
    public @Nullable Fact<Long> lastRestNanos;
    /** When bytes, either way, ended that rest. */
    public @Nullable Fact<Long> lastRestEndedAt;
    /**
     * Of {@link #bytesSent}, how many were older than that end; null where nobody counted, or where the rest was seen to begin
     * with everything acknowledged and an open window.
     */
    public @Nullable Fact<Long> lastRestBytesSent;
    /**
     * Whether this service has sent a byte in other sessions of the route of late; null without such sessions, or where nobody
     * counts. Where it never does, its protocol knows no answers. Of no meaning on the client leg.
     */
    public @Nullable Boolean speaksElsewhere;

    /** Of the upstream: whether it speaks unasked in any session of its route; null where it has never spoken. */
    public @Nullable Boolean greetsElsewhere;

    /**
     * Of {@link #bytesSent}, how many the peer's kernel has acknowledged, its SYN's and FIN's numbers left out; stays what it
     * was when an RST ends the leg.
     */
    public @Nullable Fact<Long> bytesAcknowledged;
    /** Segments sent and not acknowledged. */
    public @Nullable Fact<Long> unackedSegments;
    /** In the kernel's send queue and never sent. */
    public @Nullable Fact<Long> notSentBytes;
    /** Since when something, a FIN included, is unacknowledged without any progress. */
    public @Nullable Fact<Long> unackedSince;
    /**
     * Retransmission time-outs in a row without an answer; from the wire, how often the oldest unacknowledged segment was sent
     * again.
     */
    public @Nullable Fact<Long> backoffs;
    /** Zero-window or keep-alive probes in a row without an answer. */
    public @Nullable Fact<Long> probes;
    /** Segments sent again so far. */
    public @Nullable Fact<Long> retransmitsSent;

    public @Nullable Fact<Long> retransmitsReceived;
    public @Nullable Fact<Long> smoothedRttNanos;
    /** When any segment of the peer came last, pure ACKs and probes' answers among them. */
    public @Nullable Fact<Long> lastHeardAt;
    /**
     * Since when the peer's window is closed while something waits to be sent; null while it is open. Begins anew when more
     * bytes are acknowledged or sent, which says that it was open meanwhile though nobody saw it.
     */
    public @Nullable Fact<Long> zeroWindowSince;
    /** Since when finspect does not read from this peer because the other leg takes no more; null while it reads. */
    public @Nullable Fact<Long> pausedSince;
    /** The state of finspect's end. */
    public @Nullable Fact<TcpState> state;

    // Closing.

    public @Nullable Mark peerFin;
    public @Nullable Mark localFin;
    public @Nullable Mark peerRst;
    public @Nullable Mark localRst;
    /** Name of the error that ended the leg. */
    public @Nullable Fact<Errno> errno;

    public @Nullable Fact<Long> bytesSentAfterPeerFin;
    public @Nullable Fact<Long> bytesReceivedAfterLocalFin;
    /** Range of the time to live of the peer's segments, its RSTs left out. */
    public @Nullable Ttls peerTtls;

    /** ICMP errors that quoted the leg: how many, and the last one's type and sender. */
    public @Nullable Fact<Long> icmpErrors;

    public @Nullable Fact<String> lastIcmp;

    /** The peer's own socket; null where it was not looked up, or is not on this host. */
    public @Nullable PeerSocket peerSocket;
    /**
     * Since when look-ups of the peer's socket have found unread bytes that never grew fewer: its program does not read. Null
     * where the latest found none, or there was but one.
     */
    public @Nullable Fact<Long> peerUnreadSince;

    /** When a look-up last found that its program reads: nothing unread, or less than before. Null while none did. */
    public @Nullable Fact<Long> peerReadAt;

    /** An empty sheet. */
    public LegSnapshot(Leg leg) {
        this.leg = leg;
    }

    /** Whether the leg was ever established. */
    public boolean established() {
        return establishedAt != null;
    }

    /** Whether everything sent, a FIN included, is acknowledged; null where nobody can tell. */
    public @Nullable Boolean allAcknowledged() {
        Fact<Long> unacked = unackedSegments;
        Fact<Long> unsent = notSentBytes;
        if (unacked != null) {
            return unacked.value() == 0 && (unsent == null || unsent.value() == 0);
        }
        if (unackedSince != null) {
            return false;
        }
        Fact<Long> acknowledged = bytesAcknowledged;
        Mark fin = localFin;
        Boolean finAcknowledged = fin == null
                ? Boolean.TRUE
                : fin.acknowledged() == null ? null : fin.acknowledged().value();
        if (acknowledged == null || finAcknowledged == null) {
            return null;
        }
        return finAcknowledged && acknowledged.value() >= bytesSent.value();
    }

    /** Whether either end has sent a FIN or an RST, or an error ended the leg. */
    public boolean closing() {
        return peerFin != null || localFin != null || peerRst != null || localRst != null || errno != null;
    }

    /**
     * One FIN or RST.
     *
     * @param ackNanos until it was acknowledged; null when it is not, or nobody can tell
     * @param acknowledged whether it is acknowledged; null where nobody can tell
     * @param retransmits how often it was sent again; null where nobody can tell
     * @param inWindow whether an RST lay where its receiver would take it; null where nobody can tell
     * @param ttl of the segment; null where nobody can tell
     */
    public record Mark(
            Fact<Long> at,
            @Nullable Fact<Long> ackNanos,
            @Nullable Fact<Boolean> acknowledged,
            @Nullable Fact<Long> retransmits,
            @Nullable Fact<Boolean> inWindow,
            @Nullable Fact<Long> ttl) {
        /** One of which only the moment is known. */
        public static Mark at(Fact<Long> at) {
            return new Mark(at, null, null, null, null, null);
        }
    }

    /** A range of times to live, both ends inclusive. */
    public record Ttls(int least, int greatest) {}
}
