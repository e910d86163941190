package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. Where nobody was first, the client is blamed: it is the side that need not go on sending. */
@AutoService(FindingKind.class)
public final class BothNotReading extends FindingKind {
    public static final FindingId ID = new FindingId("both-not-reading");

    /** A window is looked at once a second. */
    private static final long TWO_CHECKS_NANOS = 2_000_000_000L;

    private static final OtherReading OTHER_FIRST = new OtherReading(
            "other-first",
            "the other one stopped reading first",
            "nothing; it is rare if its window closed more than two checks later",
            "the logs of both programs",
            situation -> situation.own() == Blame.CLIENT ? Blame.UPSTREAM : Blame.CLIENT,
            BothNotReading::otherFirst);

    public BothNotReading() {
        super(ID, SessionStage.DATA, 60);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        Fact<Long> clientSince = SendProgress.notReadingSince(snapshot, client);
        Fact<Long> upstreamSince = SendProgress.notReadingSince(snapshot, upstream);
        if (clientSince == null || upstreamSince == null) {
            return List.of();
        }
        long lead = upstreamSince.value() - clientSince.value();
        return List.of(new Situation(
                lead < 0 ? Blame.UPSTREAM : Blame.CLIENT,
                null,
                Math.max(clientSince.value(), upstreamSince.value()),
                evidence(client).and(evidence(upstream)).pieces()));
    }

    private static ReadingResult otherFirst(Snapshot snapshot, Situation situation) {
        long client = snapshot.client().data().windows().zeroWindowSince().or(0L);
        long upstream = snapshot.upstream().data().windows().zeroWindowSince().or(0L);
        return Math.abs(client - upstream) > TWO_CHECKS_NANOS
                ? ReadingResult.rare("its window closed later")
                : ReadingResult.open();
    }

    private static EvidenceList evidence(LegRecord leg) {
        return SendProgress.closedWindow(leg)
                .at(Clue.READING_PAUSED, leg.data().relay().pausedSince())
                .peerSocket(leg);
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CLIENT, Blame.UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(OTHER_FIRST, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        Finding finding = words.finding();
        String first = finding.blame() == Blame.UNDETERMINED
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
                new RuleEntry.Rights(
                        "likely if one closed its window more than two seconds earlier; else possible",
                        "names the programs",
                        "the same"));
    }
}
