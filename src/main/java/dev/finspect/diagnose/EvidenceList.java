package dev.finspect.diagnose;

import dev.finspect.record.CloseMark;
import dev.finspect.record.IdleLimit;
import dev.finspect.record.KernelNote;
import dev.finspect.record.LegRecord;
import dev.finspect.record.PeerSocket;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.conntrack.ConntrackEntry;
import java.net.InetSocketAddress;
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
    public EvidenceList at(Clue clue, @Nullable Observation<Long> atEpochNanos) {
        if (atEpochNanos instanceof Fact<Long> fact) {
            pieces.add(Evidence.at(clue, leg, fact));
        }
        return this;
    }

    /** When an act of a close happened; nothing where it has not. */
    public EvidenceList act(Clue clue, @Nullable CloseMark mark) {
        return at(clue, mark == null ? null : mark.at());
    }

    /** Why the kernel of a peer on this host sent its RST, in the kernel's word; nothing where that is not known. */
    public EvidenceList reason(@Nullable KernelNote note) {
        Fact<ResetReason> reason = note == null ? null : note.reason().fact();
        return word(
                Clue.RST_REASON,
                reason == null ? null : new Fact<>(reason.value().name(), reason.source()));
    }

    /** A number in the clue's unit. */
    public EvidenceList amount(Clue clue, @Nullable Observation<Long> amount) {
        if (amount instanceof Fact<Long> fact) {
            pieces.add(Evidence.of(clue, leg, fact));
        }
        return this;
    }

    /** A number that the kernel's socket table showed at a moment. */
    public EvidenceList seen(Clue clue, long amount, long atEpochNanos) {
        pieces.add(Evidence.of(clue, leg, Fact.kernel(amount), atEpochNanos));
        return this;
    }

    /** A word. */
    public EvidenceList word(Clue clue, @Nullable Observation<String> text) {
        if (text instanceof Fact<String> fact) {
            pieces.add(Evidence.word(clue, leg, fact));
        }
        return this;
    }

    /** The TCP state of finspect's end. */
    public EvidenceList localState(LegRecord it) {
        Fact<TcpState> state = it.data().flight().localState().fact();
        return word(
                Clue.LOCAL_STATE,
                state == null ? null : new Fact<>(state.value().label(), state.source()));
    }

    /** The name of an error. */
    public EvidenceList error(Clue clue, Observation<Errno> errno) {
        return errno instanceof Fact<Errno> fact
                ? word(clue, new Fact<>(fact.value().name(), fact.source()))
                : this;
    }

    /** Who sent last on a leg, how much, and whether the peer's kernel has it. */
    public EvidenceList turn(LegRecord it) {
        at(Clue.LAST_SENT, it.lastSentAt());
        at(Clue.LAST_RECEIVED, it.lastReceivedAt());
        amount(Clue.TURN_SENT, it.data().turns().turnBytesSent());
        if (Boolean.TRUE.equals(it.allAcknowledged())) {
            Fact<Long> segments = it.data().flight().unackedSegments().fact();
            Source source = segments == null ? Source.WIRE : segments.source();
            amount(Clue.ALL_ACKNOWLEDGED, new Fact<>(it.bytesSent(), source));
        }
        Fact<Long> unanswered = it.data().turns().unansweredTurns().fact();
        amount(Clue.UNANSWERED_TURNS, unanswered != null && unanswered.value() > 0 ? unanswered : null);
        return this;
    }

    /** How many bytes sent were never acknowledged. */
    public EvidenceList unacknowledged(LegRecord it) {
        Fact<Long> acknowledged = it.bytesTaken().fact();
        if (acknowledged != null) {
            long missing = Math.max(0, it.bytesSent() - acknowledged.value());
            amount(Clue.BYTES_UNACKNOWLEDGED, new Fact<>(missing, acknowledged.source()));
        }
        return this;
    }

    /** How long connections to this leg's peer may be idle, where that is known. */
    public EvidenceList idleLimit(LegRecord it) {
        Fact<IdleLimit> limit = it.peerProgram().idleLimit().fact();
        if (limit != null) {
            long survived = limit.value().survivedNanos();
            amount(Clue.IDLE_SURVIVED, survived == 0 ? null : Fact.inferred(survived));
            amount(Clue.IDLE_ENDED, Fact.inferred(limit.value().diedNanos()));
            amount(Clue.IDLE_ENDS, Fact.inferred((long) limit.value().deaths()));
            if (!limit.value().closed()) {
                keepAlive(limit.value().firstProbeNanos());
                keepAlive(it.peerProgram().socket().orNull());
            }
        }
        return this;
    }

    private void keepAlive(Observation<Long> firstProbeNanos) {
        amount(Clue.KEEP_ALIVE_AFTER, firstProbeNanos.fact());
        if (firstProbeNanos.isNone()) {
            word(Clue.KEEP_ALIVE, Fact.socket("off"));
        }
    }

    /** The kernel runs no other timer of a connection at rest than that of its keep-alive. */
    private void keepAlive(@Nullable PeerSocket socket) {
        if (socket == null || socket.state() != TcpState.ESTABLISHED || socket.unsentBytes() != 0) {
            return;
        }
        if (socket.due().timer().equals("keepalive")) {
            seen(Clue.PEER_PROBES_IN, socket.due().nanos(), socket.atEpochNanos());
        } else if (socket.due().timer().equals("none")) {
            found(Clue.PEER_KEEP_ALIVE, socket, "off");
        }
    }

    /** The accept queue of the peer's listener, and the program that listens. */
    public EvidenceList acceptQueue(@Nullable PeerSocket socket) {
        if (socket != null && socket.listening() != null) {
            seen(Clue.LISTENER_WAITING, socket.listening().waiting(), socket.atEpochNanos());
            seen(Clue.LISTENER_BACKLOG, socket.listening().backlog(), socket.atEpochNanos());
            program(socket);
        }
        return this;
    }

    private void program(PeerSocket socket) {
        if (socket.program() != null) {
            found(Clue.PEER_PROGRAM, socket, socket.program() + " (pid " + socket.processId() + ")");
        }
    }

    /** What the peer's own socket showed, and which program owns it. */
    public EvidenceList peerSocket(LegRecord it) {
        PeerSocket socket = it.peerSocket();
        if (socket == null) {
            return this;
        }
        if (socket.state() != null) {
            found(Clue.PEER_STATE, socket, socket.state().label());
            seen(Clue.PEER_UNREAD, socket.unreadBytes(), socket.atEpochNanos());
            at(Clue.PEER_UNREAD_SINCE, it.peerProgram().unreadSince());
        }
        program(socket);
        if (socket.unseen() != null) {
            found(Clue.PEER_UNSEEN, socket, socket.unseen());
        }
        return this;
    }

    /** What this host's connection tracking knew of a leg; nothing where it tracks nothing here. */
    public EvidenceList tracking(LegRecord it) {
        Tracking tracking = it.tracking();
        boolean tracks = tracking != null && tracking.table().entries().or(0L) > 0;
        if (tracking == null || !tracks) {
            return this;
        }
        ConntrackEntry entry = tracking.entry().orNull();
        Tracking.Seen before = tracking.earlier().orNull();
        if (entry != null || tracking.entry().isNone()) {
            tracked(Clue.TRACKED, tracking, words(entry));
        }
        if (entry != null && entry.translated()) {
            tracked(Clue.TRACKED_AS, tracking, asSent(entry, it.local()).toString());
        }
        at(Clue.TRACKED_EARLIER, before == null ? null : new Fact<>(before.atEpochNanos(), Source.CONNTRACK));
        amount(Clue.TRACKED_OTHERS, tracking.others());
        amount(Clue.TRACKED_FOR, tracking.table().establishedNanos());
        amount(Clue.RETRANSMITS_REFUSED, tracking.refused());
        if (tracking.unseen() != null) {
            tracked(Clue.TRACKED_UNSEEN, tracking, tracking.unseen());
        }
        return this;
    }

    /** The addresses of what finspect's end sends, as it leaves this host. */
    private static FourTuple asSent(ConntrackEntry entry, @Nullable InetSocketAddress local) {
        boolean began = local == null || entry.original().sourceSocket().equals(local);
        return began ? entry.reply().reversed() : entry.original().reversed();
    }

    private static String words(@Nullable ConntrackEntry entry) {
        return entry == null
                ? "none"
                : entry.state()
                        + (entry.replied() ? "" : ", unreplied")
                        + (entry.pickedUp() ? ", made in mid-stream" : "");
    }

    private void tracked(Clue clue, Tracking tracking, String text) {
        pieces.add(new Evidence(clue, leg, Source.CONNTRACK, tracking.atEpochNanos(), 0, text));
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
