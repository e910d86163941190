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
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.ReadProgress;
import dev.finspect.diagnose.question.Rest;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.question.Turn;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;
import java.util.Optional;

/**
 * See {@link #entry()}. An upstream is blamed if it had not answered, or bytes were still on the way to it. A client may stop
 * when it likes: there it is reported only if bytes are lost, and blames nobody.
 */
@AutoService(FindingKind.class)
public final class ResetWithUnread extends LegFindingKind {
    public static final FindingId ID = new FindingId("reset-with-unread");

    public ResetWithUnread() {
        super(ID, SessionStage.CLOSING, 70);
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark rst = PeerReset.of(it);
        if (rst == null
                || it.data().traffic().bytesSent().value() == 0
                || !SessionPhase.endedByPeers(snapshot)
                || !closedAtOnce(it, rst)
                || snapshot.client().close().peerFin().isKnown()
                || PeerReset.hopsOff(it, rst) > 0
                || Rest.endedByReset(snapshot, it)
                || !losesBytes(it, rst)) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                ID,
                leg == Leg.CLIENT ? Blame.NOBODY : Blame.UPSTREAM,
                confidence(it),
                leg,
                rst.at().value(),
                new EvidenceList(leg)
                        .turn(it)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .unacknowledged(it)
                        .peerSocket(it)
                        .pieces()));
    }

    /** Whether neither end had sent a FIN, or the peer only as part of its close(), after it had taken everything. */
    private static boolean closedAtOnce(LegRecord leg, CloseMark rst) {
        CloseMark fin = leg.close().peerFin().orNull();
        if (fin == null || leg.close().localFin().isKnown()) {
            return !leg.close().localFin().isKnown();
        }
        return rst.at().value() - fin.at().value() <= SessionPhase.reactionNanos(leg)
                && leg.data().traffic().lastSentAt().or(Long.MAX_VALUE)
                        <= fin.at().value()
                && leg.data().flight().bytesAcknowledged().or(-1L)
                        >= leg.data().traffic().bytesSent().value();
    }

    private static boolean losesBytes(LegRecord leg, CloseMark rst) {
        if (ReadProgress.hasUnread(leg) || isOnTheWay(leg)) {
            return true;
        }
        boolean atOnce = rst.at().value() - Turn.lastBytesAt(leg) <= SessionPhase.reactionNanos(leg);
        return leg.leg() == Leg.UPSTREAM && Turn.isUnanswered(leg) && atOnce;
    }

    private static boolean isOnTheWay(LegRecord leg) {
        Fact<Long> acknowledged = leg.data().flight().bytesAcknowledged().fact();
        return acknowledged != null
                && acknowledged.value() < leg.data().traffic().bytesSent().value();
    }

    private static Confidence confidence(LegRecord leg) {
        if (ReadProgress.hasUnread(leg)) {
            return Confidence.PROVED;
        }
        return leg.data().flight().bytesAcknowledged().isKnown() && !isOnTheWay(leg)
                ? Confidence.LIKELY
                : Confidence.POSSIBLE;
    }

    @Override
    protected String sentence(Words words) {
        String how = words.thePeer(words.leg(Leg.UPSTREAM)) + " closed before it had read everything sent to it"
                + Words.inBrackets(
                        words.bytes("", Clue.PEER_UNREAD, " unread"),
                        words.bytes("", Clue.BYTES_UNACKNOWLEDGED, " never acknowledged"))
                + ", so its kernel sent RST. ";
        if (words.finding().blame() == Blame.NOBODY) {
            return how + "It wanted no more, which is its right; the rest is lost.";
        }
        return how + "That may have destroyed the end of its own answer too: " + words.program()
                + " must read to the end before it closes.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of(
                        "a program that sets SO_LINGER to 0, or was killed: it resets without unread bytes too"),
                Contradiction.of("an RST with another time to live than the peer's"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.aborts().nextPackets(false);
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A peer closed with bytes unread, so its kernel sent RST instead of FIN; bytes are lost.",
                "RST right after data; bytes seen unread in its socket, or never acknowledged. A FIN just before the RST is part"
                        + " of its close() if it had acknowledged everything, as in programs written in Java.",
                "upstream; nobody if a client stopped",
                "none",
                "The program must read to the end before it closes, or shut down its sending first.",
                new RuleEntry.Rights(
                        "possible; likely if all is acknowledged",
                        "proved, if seen unread",
                        "knows what was acknowledged"));
    }
}
