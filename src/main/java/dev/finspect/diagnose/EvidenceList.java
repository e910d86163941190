package dev.finspect.diagnose;

import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evidence for a finding while it is collected. A fact that is not known is left out. */
public final class EvidenceList {
    private final List<Evidence> pieces = new ArrayList<>(6);
    private final @Nullable Leg leg;

    /** About this leg; null for evidence about finspect. */
    public EvidenceList(@Nullable Leg leg) {
        this.leg = leg;
    }

    /** A moment, wall clock, nanoseconds since the Unix epoch. */
    public EvidenceList at(Clue clue, @Nullable Fact<Long> atEpochNanos) {
        if (atEpochNanos != null) {
            pieces.add(Evidence.at(clue, leg, atEpochNanos));
        }
        return this;
    }

    /** A number in the clue's unit. */
    public EvidenceList amount(Clue clue, @Nullable Fact<Long> amount) {
        if (amount != null) {
            pieces.add(Evidence.of(clue, leg, amount));
        }
        return this;
    }

    /** A number that the kernel's socket table showed at a moment. */
    public EvidenceList seen(Clue clue, long amount, long atEpochNanos) {
        pieces.add(Evidence.of(clue, leg, Fact.kernel(amount), atEpochNanos));
        return this;
    }

    /** A word. */
    public EvidenceList word(Clue clue, @Nullable Fact<String> text) {
        if (text != null) {
            pieces.add(Evidence.word(clue, leg, text));
        }
        return this;
    }

    /** The TCP state of finspect's end. */
    public EvidenceList localState(LegSnapshot it) {
        Fact<TcpState> state = it.state;
        return word(
                Clue.LOCAL_STATE,
                state == null ? null : new Fact<>(state.value().label(), state.source()));
    }

    /** The name of an error. */
    public EvidenceList error(Clue clue, @Nullable Fact<Errno> errno) {
        return word(clue, errno == null ? null : new Fact<>(errno.value().name(), errno.source()));
    }

    /** Who sent last on a leg, how much, and whether the peer's kernel has it. */
    public EvidenceList turn(LegSnapshot it) {
        at(Clue.LAST_SENT, it.lastSentAt);
        at(Clue.LAST_RECEIVED, it.lastReceivedAt);
        amount(Clue.TURN_SENT, it.turnBytesSent);
        if (Boolean.TRUE.equals(it.allAcknowledged())) {
            Source source = it.unackedSegments == null ? Source.WIRE : it.unackedSegments.source();
            amount(Clue.ALL_ACKNOWLEDGED, new Fact<>(it.bytesSent.value(), source));
        }
        Fact<Long> unanswered = it.unansweredTurns;
        amount(Clue.UNANSWERED_TURNS, unanswered != null && unanswered.value() > 0 ? unanswered : null);
        return this;
    }

    /** How many bytes sent were never acknowledged. */
    public EvidenceList unacknowledged(LegSnapshot it) {
        Fact<Long> acknowledged = it.bytesAcknowledged;
        if (acknowledged != null) {
            long missing = Math.max(0, it.bytesSent.value() - acknowledged.value());
            amount(Clue.BYTES_UNACKNOWLEDGED, new Fact<>(missing, acknowledged.source()));
        }
        return this;
    }

    /** The accept queue of the peer's listener. */
    public EvidenceList acceptQueue(@Nullable PeerSocket socket) {
        if (socket != null && socket.listening() != null) {
            seen(Clue.LISTENER_WAITING, socket.listening().waiting(), socket.atEpochNanos());
            seen(Clue.LISTENER_BACKLOG, socket.listening().backlog(), socket.atEpochNanos());
        }
        return this;
    }

    /** What the peer's own socket showed, and which program owns it. */
    public EvidenceList peerSocket(LegSnapshot it) {
        PeerSocket socket = it.peerSocket;
        if (socket == null) {
            return this;
        }
        if (socket.state() != null) {
            found(Clue.PEER_STATE, socket, socket.state().label());
            seen(Clue.PEER_UNREAD, socket.unreadBytes(), socket.atEpochNanos());
            at(Clue.PEER_UNREAD_SINCE, it.peerUnreadSince);
        }
        if (socket.program() != null) {
            found(Clue.PEER_PROGRAM, socket, socket.program() + " (pid " + socket.processId() + ")");
        }
        if (socket.unseen() != null) {
            found(Clue.PEER_UNSEEN, socket, socket.unseen());
        }
        return this;
    }

    private void found(Clue clue, PeerSocket socket, String text) {
        pieces.add(new Evidence(clue, leg, Source.KERNEL, socket.atEpochNanos(), 0, text));
    }

    /** Adds the evidence about another leg. */
    public EvidenceList and(EvidenceList other) {
        pieces.addAll(other.pieces);
        return this;
    }

    /** What was collected. */
    public List<Evidence> pieces() {
        return List.copyOf(pieces);
    }
}
