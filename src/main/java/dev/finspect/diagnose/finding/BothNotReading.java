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
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.List;

/** See {@link #entry()}. Where nobody was first, the client is blamed: it is the side that need not go on sending. */
@AutoService(FindingKind.class)
public final class BothNotReading extends FindingKind {
    public static final FindingId ID = new FindingId("both-not-reading");

    public BothNotReading() {
        super(ID, SessionStage.DATA, 60);
    }

    @Override
    public List<Finding> examine(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        Fact<Long> clientSince = SendProgress.notReadingSince(snapshot, client);
        Fact<Long> upstreamSince = SendProgress.notReadingSince(snapshot, upstream);
        if (clientSince == null || upstreamSince == null) {
            return List.of();
        }
        long lead = upstreamSince.value() - clientSince.value();
        return List.of(new Finding(
                ID,
                lead < 0 ? Blame.UPSTREAM : Blame.CLIENT,
                lead == 0 ? Confidence.POSSIBLE : Confidence.LIKELY,
                null,
                Math.max(clientSince.value(), upstreamSince.value()),
                evidence(client).and(evidence(upstream)).pieces()));
    }

    private static EvidenceList evidence(LegRecord leg) {
        return SendProgress.closedWindow(leg)
                .at(Clue.READING_PAUSED, leg.data().relay().pausedSince())
                .peerSocket(leg);
    }

    @Override
    protected String sentence(Words words) {
        Finding finding = words.finding();
        String first = finding.confidence() == Confidence.POSSIBLE
                ? ""
                : "; the " + finding.blame().label() + " stopped reading first";
        return "Neither " + words.peer(Leg.CLIENT) + " nor " + words.peer(Leg.UPSTREAM) + " has read for "
                + words.lasted()
                + ": each sends, and waits for the other to read. Only one of the two programs can end this" + first
                + ".";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a window update from either side"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().both().program();
    }

    @Override
    public List<Overlap> overlaps() {
        String unseen = "neither side sees what the other has sent";
        return List.of(
                explains(NotReading.UPSTREAM, Overlap.Scope.ANY_LEG, "it is both of them"),
                explains(NotReading.CLIENT, Overlap.Scope.ANY_LEG, "it is both of them"),
                explains(UpstreamSilent.ID, Overlap.Scope.ANY_LEG, unseen),
                explains(ClientSilent.ID, Overlap.Scope.ANY_LEG, unseen),
                explains(NotClosing.UPSTREAM, Overlap.Scope.ANY_LEG, unseen),
                explains(NotClosing.CLIENT, Overlap.Scope.ANY_LEG, unseen));
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Both windows are closed at once: each side sends and neither reads.",
                "`upstream-not-reading` and `client-not-reading` at the same time.",
                "whoever closed its window first; the client if that is not known",
                "zero_window",
                "One of the programs must read while it sends; larger buffers only hide it.",
                new RuleEntry.Rights("likely; possible if nobody was first", "names the programs", "the same"));
    }
}
