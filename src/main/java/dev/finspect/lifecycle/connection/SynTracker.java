package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tracks the SYNs and SYN-ACKs of one endpoint, by their sequence number. */
final class SynTracker {
    /** The first with the current sequence number. */
    private @Nullable TcpSegment first;

    /** The first with the number before that, which may still be the one that counts. */
    private @Nullable TcpSegment replaced;

    private @Nullable EarlierSyns before;
    private long firstSynAckAtNanos;
    private boolean synAckSeen;
    private boolean plainSynSeen;
    private @Nullable Boolean acknowledgesIsn;
    private int retransmits;
    private List<Long> againAtNanos = List.of();
    private int otherNumbers;
    private long acknowledgedAtNanos;
    private boolean acknowledged;

    /** Sets the SYNs of this endpoint in the connection that this one continues. */
    void remember(@Nullable EarlierSyns memory) {
        before = memory;
    }

    /** Processes a segment with SYN; {@code other} tracks the other endpoint. */
    void syn(TcpSegment segment, SynTracker other) {
        boolean ack = segment.has(TcpFlags.ACK);
        TcpSegment current = first;
        if (current == null) {
            first = segment;
        } else if (current.sequenceNumber() != segment.sequenceNumber()) {
            otherNumber(segment);
        } else if (ack ? synAckSeen : plainSynSeen) {
            again(segment.atNanos());
        }
        if (ack) {
            synAck(segment, other);
        } else {
            plainSynSeen = true;
        }
    }

    private void again(long atNanos) {
        retransmits++;
        if (againAtNanos.isEmpty()) {
            againAtNanos = new ArrayList<>(4);
        }
        if (againAtNanos.size() < SynFacts.MOST_TIMES) {
            againAtNanos.add(atNanos);
        }
    }

    /** A SYN with another number replaces one that was not acknowledged. */
    private void otherNumber(TcpSegment segment) {
        otherNumbers++;
        if (!acknowledged) {
            replaced = first;
            first = segment;
            retransmits = 0;
            againAtNanos = List.of();
        }
    }

    private void synAck(TcpSegment segment, SynTracker other) {
        if (!synAckSeen) {
            synAckSeen = true;
            firstSynAckAtNanos = segment.atNanos();
        }
        TcpSegment asked = other.first;
        if (asked != null && !Boolean.TRUE.equals(acknowledgesIsn)) {
            acknowledgesIsn = covers(asked, segment.acknowledgmentNumber());
        }
    }

    /** Whether this number acknowledges the SYN, possibly with bytes in it, and nothing else. */
    static boolean covers(TcpSegment syn, int acknowledgment) {
        int distance = SequenceNumber.distance(syn.sequenceNumber(), acknowledgment);
        return distance >= 1 && distance <= 1 + syn.payloadBytes();
    }

    /** Processes an acknowledgment number of the other endpoint; returns whether it is the first to cover the SYN. */
    boolean acknowledge(int number, long atNanos) {
        TcpSegment current = first;
        TcpSegment other = replaced;
        if (!acknowledged && other != null && covers(other, number)) {
            first = other;
            current = other;
            retransmits = 0;
            againAtNanos = List.of();
        }
        if (acknowledged || current == null || SequenceNumber.distance(current.sequenceNumber(), number) <= 0) {
            return false;
        }
        acknowledged = true;
        acknowledgedAtNanos = atNanos;
        return true;
    }

    /** Whether this number acknowledges the SYN and bytes after it. */
    boolean exceeds(int number) {
        TcpSegment current = first;
        TcpSegment other = replaced;
        return current != null
                && SequenceNumber.distance(current.sequenceNumber(), number) > 1 + current.payloadBytes()
                && (other == null || !covers(other, number));
    }

    /** Processes a SYN-ACK of the other endpoint that was captured before this SYN. */
    void acknowledgeLate(SynTracker other) {
        TcpSegment syn = first;
        TcpSegment answer = other.first;
        if (!acknowledged
                && syn != null
                && answer != null
                && other.synAckSeen
                && covers(syn, answer.acknowledgmentNumber())) {
            acknowledged = true;
            acknowledgedAtNanos = answer.atNanos();
            other.acknowledgesIsn = true;
        }
    }

    boolean seen() {
        return first != null;
    }

    /** Whether it sent a SYN without ACK. */
    boolean plainSynSeen() {
        return plainSynSeen;
    }

    boolean synAckSeen() {
        return synAckSeen;
    }

    boolean acknowledged() {
        return acknowledged;
    }

    /** Time of the first SYN or SYN-ACK with the current number; 0 if none was captured. */
    long atNanos() {
        return first == null ? 0 : first.atNanos();
    }

    /** Time of the first SYN-ACK; only if one was captured. */
    long synAckAtNanos() {
        return firstSynAckAtNanos;
    }

    @Nullable
    TcpSegment first() {
        return first;
    }

    /** These SYNs, for a connection that continues this one; null if there were none. */
    @Nullable
    EarlierSyns memory() {
        TcpSegment current = first;
        if (current == null) {
            return before;
        }
        EarlierSyns earlier = same(current);
        return earlier == null
                ? new EarlierSyns(current.sequenceNumber(), current.atNanos(), 1 + retransmits)
                : new EarlierSyns(earlier.number(), earlier.firstAtNanos(), earlier.times() + 1 + retransmits);
    }

    private @Nullable EarlierSyns same(TcpSegment current) {
        EarlierSyns memory = before;
        return memory != null && memory.number() == current.sequenceNumber() ? memory : null;
    }

    @Nullable
    SynFacts facts() {
        TcpSegment syn = first;
        if (syn == null) {
            return null;
        }
        EarlierSyns earlier = same(syn);
        TcpOptions options = syn.options();
        int ecn = syn.flags() & (TcpFlags.ECE | TcpFlags.CWR);
        boolean synAck = syn.has(TcpFlags.ACK);
        return new SynFacts(
                syn.atNanos(),
                earlier == null ? syn.atNanos() : earlier.firstAtNanos(),
                SequenceNumber.unsigned(syn.sequenceNumber()),
                synAck,
                acknowledgesIsn,
                acknowledged ? acknowledgedAtNanos : null,
                retransmits + (earlier == null ? 0 : earlier.times()),
                List.copyOf(againAtNanos),
                otherNumbers,
                syn.windowField(),
                known(options.mssBytes()),
                known(options.windowScale()),
                options.sackPermitted(),
                options.timestamps(),
                options.fastOpen(),
                options.multipath(),
                ecn == (synAck ? TcpFlags.ECE : TcpFlags.ECE | TcpFlags.CWR),
                syn.ttl(),
                syn.payloadBytes());
    }

    private static @Nullable Integer known(int valueOrAbsent) {
        return valueOrAbsent == TcpOptions.ABSENT ? null : valueOrAbsent;
    }
}
