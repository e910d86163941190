package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evidence being gathered: what is not known is left out. */
final class Proof {
    private final List<Evidence> pieces = new ArrayList<>(6);
    private final @Nullable Leg leg;

    /** Of this leg; null for what is about finspect. */
    Proof(@Nullable Leg leg) {
        this.leg = leg;
    }

    /** A moment, wall clock, nanoseconds since the Unix epoch. */
    Proof at(Clue clue, @Nullable Fact<Long> atEpochNanos) {
        if (atEpochNanos != null) {
            pieces.add(Evidence.at(clue, leg, atEpochNanos));
        }
        return this;
    }

    /** A number in the clue's unit. */
    Proof amount(Clue clue, @Nullable Fact<Long> amount) {
        if (amount != null) {
            pieces.add(Evidence.of(clue, leg, amount));
        }
        return this;
    }

    /** A number that the kernel's socket table showed at a moment. */
    Proof seen(Clue clue, long amount, long atEpochNanos) {
        pieces.add(Evidence.of(clue, leg, Fact.kernel(amount), atEpochNanos));
        return this;
    }

    /** A word. */
    Proof word(Clue clue, @Nullable Fact<String> text) {
        if (text != null) {
            pieces.add(Evidence.word(clue, leg, text));
        }
        return this;
    }

    /** The name of an error. */
    Proof error(Clue clue, @Nullable Fact<Errno> errno) {
        return word(clue, errno == null ? null : new Fact<>(errno.value().name(), errno.source()));
    }

    /** Who spoke last on a leg, how much, and whether the peer's kernel has it. */
    Proof turn(LegSnapshot it) {
        at(Clue.LAST_SENT, it.lastSentAt);
        at(Clue.LAST_RECEIVED, it.lastReceivedAt);
        amount(Clue.TURN_SENT, it.turnBytesSent);
        if (Boolean.TRUE.equals(it.allAcknowledged())) {
            Source source = it.unackedSegments == null ? Source.WIRE : it.unackedSegments.source();
            amount(Clue.ALL_ACKNOWLEDGED, new Fact<>(it.bytesSent.value(), source));
        }
        amount(Clue.UNANSWERED_TURNS, Phase.positive(it.unansweredTurns) ? it.unansweredTurns : null);
        return this;
    }

    /** How many bytes sent were never acknowledged, where that is known. */
    Proof unacknowledged(LegSnapshot it) {
        Fact<Long> acknowledged = it.bytesAcknowledged;
        if (acknowledged != null) {
            long missing = Math.max(0, it.bytesSent.value() - acknowledged.value());
            amount(Clue.BYTES_UNACKNOWLEDGED, new Fact<>(missing, acknowledged.source()));
        }
        return this;
    }

    /** What the peer's own socket showed, and who holds it. */
    Proof peer(LegSnapshot it) {
        PeerSocket socket = it.peerSocket;
        if (socket == null) {
            return this;
        }
        if (socket.state() != null) {
            pieces.add(new Evidence(
                    Clue.PEER_STATE,
                    leg,
                    Source.KERNEL,
                    socket.atEpochNanos(),
                    0,
                    socket.state().label()));
            seen(Clue.PEER_UNREAD, socket.unreadBytes(), socket.atEpochNanos());
            at(Clue.PEER_UNREAD_SINCE, it.peerUnreadSince);
        }
        if (socket.program() != null) {
            String holder = socket.program() + " (pid " + socket.processId() + ")";
            pieces.add(new Evidence(Clue.PEER_PROGRAM, leg, Source.KERNEL, socket.atEpochNanos(), 0, holder));
        }
        if (socket.unseen() != null) {
            pieces.add(new Evidence(Clue.PEER_UNSEEN, leg, Source.KERNEL, socket.atEpochNanos(), 0, socket.unseen()));
        }
        return this;
    }

    /** That of another leg too. */
    Proof and(Proof other) {
        pieces.addAll(other.pieces);
        return this;
    }

    /** The name of a state. */
    static @Nullable Fact<String> label(@Nullable Fact<TcpState> state) {
        return state == null ? null : new Fact<>(state.value().label(), state.source());
    }

    /** What was gathered. */
    List<Evidence> pieces() {
        return List.copyOf(pieces);
    }
}
