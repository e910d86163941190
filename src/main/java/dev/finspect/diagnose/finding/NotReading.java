package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.List;

/** Two kinds, one for each peer: {@code upstream-not-reading} and {@code client-not-reading}. See {@link #entry()}. */
public abstract class NotReading extends FindingKind {
    public static final FindingId UPSTREAM = new FindingId("upstream-not-reading");
    public static final FindingId CLIENT = new FindingId("client-not-reading");

    private final Leg leg;

    private NotReading(FindingId id, Leg leg, int position) {
        super(id, SessionStage.DATA, position);
        this.leg = leg;
    }

    /** The upstream does not read. */
    @AutoService(FindingKind.class)
    public static final class OfUpstream extends NotReading {
        public OfUpstream() {
            super(UPSTREAM, Leg.UPSTREAM, 40);
        }
    }

    /** The client does not read. */
    @AutoService(FindingKind.class)
    public static final class OfClient extends NotReading {
        public OfClient() {
            super(CLIENT, Leg.CLIENT, 50);
        }
    }

    @Override
    public final List<Finding> examine(Snapshot snapshot) {
        LegRecord it = snapshot.leg(leg);
        Fact<Long> since = SendProgress.notReadingSince(snapshot, it);
        if (since == null) {
            return List.of();
        }
        LegRecord other = snapshot.leg(leg.other());
        boolean sure = since.source() != Source.INFERRED || ReadProgress.hasUnread(it);
        return List.of(new Finding(
                id(),
                Blame.peer(leg),
                sure ? Confidence.PROVED : Confidence.LIKELY,
                leg,
                since.value(),
                SendProgress.closedWindow(it)
                        .peerSocket(it)
                        .and(new EvidenceList(other.leg())
                                .at(Clue.READING_PAUSED, other.data().relay().pausedSince()))
                        .pieces()));
    }

    @Override
    protected final String sentence(Words words) {
        return words.thePeer(leg) + " does not read: its receive window has been closed for " + words.lasted()
                + words.bytes(" while ", Clue.NOT_SENT, " wait to be sent to it")
                + words.bytes("; ", Clue.PEER_UNREAD, " lie unread in its socket") + ". "
                + words.theProgram() + " is stopped, stuck, or slower than the "
                + leg.other().label() + " that sends.";
    }

    @Override
    protected final List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("a window update, or bytes acknowledged beyond the window's edge"),
                Contradiction.of("Recv-Q of 0 at the peer's socket: a device on the way keeps the window closed"),
                Contradiction.of("a Recv-Q that shrinks: it reads, only slowly"));
    }

    @Override
    protected final void next(NextCommands commands) {
        commands.own().peer().program().probe().packets(false);
    }

    @Override
    public final List<Overlap> overlaps() {
        boolean upstream = leg == Leg.UPSTREAM;
        return List.of(
                explains(
                        upstream ? UpstreamSilent.ID : ClientSilent.ID,
                        Overlap.Scope.ANY_LEG,
                        "a program that does not read has not seen what it should answer"),
                explains(
                        upstream ? ClientSilent.ID : UpstreamSilent.ID,
                        Overlap.Scope.ANY_LEG,
                        "finspect does not read the other side meanwhile, which may have more to send"),
                explains(
                        upstream ? NotClosing.UPSTREAM : NotClosing.CLIENT,
                        Overlap.Scope.SAME_LEG,
                        "the end of the stream lies behind what it has not read"));
    }

    @Override
    public final boolean asksForPeerSocket(Leg of) {
        return of == leg;
    }

    @Override
    public final RuleEntry entry() {
        String peer = leg.label();
        return new RuleEntry(
                "The " + peer + " does not read: its receive window is closed, and bytes wait.",
                "A zero window in a captured segment or by the kernel's account, with bytes held back; a full receive queue on"
                        + " this host.",
                peer,
                "zero_window",
                "Look at the program that owns the socket: stopped, stuck, or slower than the "
                        + leg.other().label() + ".",
                new RuleEntry.Rights(
                        "proved (tcp_info); likely if inferred", "proved, and the program", "proved (zero window)"));
    }
}
