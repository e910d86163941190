package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.KernelReason;
import dev.finspect.diagnose.question.PeerReset;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. A difference of one or two hops is only possible, since routes change. */
@AutoService(FindingKind.class)
public final class ResetInjected extends LegFindingKind {
    public static final FindingId ID = new FindingId("reset-injected");

    private static final OtherReading OTHER_STACK = new OtherReading(
            "other-stack",
            "its host sends an RST with another time to live, another host of the same service sent it, or the route has"
                    + " changed",
            "its time to live is several hops off, which is rare; not where it has come as far as the others, counted from"
                    + " 32, 64, 128 or 255",
            "a capture on the PEER's host: does the RST leave it?",
            OtherReadings::peer,
            ResetInjected::otherStack);

    public ResetInjected() {
        super(ID, SessionStage.CLOSING, 80);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark rst = it.close().peerRst().orNull();
        if (rst == null || !SessionPhase.endedByPeers(snapshot) || isLate(it, rst) || KernelReason.isOwn(rst)) {
            return Optional.empty();
        }
        int hops = PeerReset.hopsOff(it, rst);
        boolean stray = PeerReset.isOutOfWindow(rst)
                && SessionPhase.isOpen(it)
                && !it.close().localRst().isKnown();
        if ((hops == 0 || PeerReset.isOutOfWindow(rst)) && !stray) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.networkTo(leg),
                leg,
                rst.atEpochNanos(),
                evidence(it, rst, stray).pieces()));
    }

    /**
     * Whether it changes nothing: both ends had closed, the other end had reset, or it answers a late segment (RFC 9293 section
     * 3.10.7.1).
     */
    private static boolean isLate(LegRecord leg, CloseMark rst) {
        return PeerReset.wentOn(leg, rst)
                || PeerReset.isAfterBothFins(leg, rst)
                || PeerReset.isAfterOwn(leg, rst)
                || PeerReset.isAnswer(leg, rst);
    }

    private static EvidenceList evidence(LegRecord leg, CloseMark rst, boolean stray) {
        EvidenceList evidence =
                new EvidenceList(leg.leg()).at(stray ? Clue.RST_OUT_OF_WINDOW : Clue.RST_RECEIVED, rst.at());
        LegData.Ttls others = leg.data().path().peerTtls().orNull();
        if (others != null && rst.ttl() instanceof Fact<Long> ttl) {
            Source source = ttl.source();
            evidence.amount(Clue.RST_TTL, ttl)
                    .amount(Clue.LEAST_TTL, new Fact<>((long) others.least(), source))
                    .amount(Clue.GREATEST_TTL, new Fact<>((long) others.greatest(), source));
        }
        return evidence;
    }

    private static ReadingResult otherStack(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark rst = it.close().peerRst().orNull();
        return rst != null && PeerReset.isFarOff(it, rst)
                ? ReadingResult.rare("its time to live is several hops off")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(OTHER_STACK, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        long least = words.number(Clue.LEAST_TTL);
        long greatest = words.number(Clue.GREATEST_TTL);
        long own = words.number(Clue.RST_TTL);
        String ttls = own >= 0 && least >= 0
                ? " (time to live " + own + "; its other segments have " + least
                        + (greatest > least ? " to " + greatest : "") + ")"
                : "";
        return "The RST that ended the connection in the name of " + words.peer(words.leg(Leg.UPSTREAM))
                + " does not look like its own"
                + ttls + (words.has(Clue.RST_OUT_OF_WINDOW) ? ", and lies outside the window" : "")
                + (words.finding().isOpen(OTHER_STACK.id())
                        ? ". A firewall or another device on the way sent it, or its host sends RSTs with another time to live."
                        : ". A firewall or another device on the way sent it.");
    }

    @Override
    protected void next(NextCommands commands) {
        commands.nextPackets(true).path();
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "the RST was not the peer's, which has neither closed nor refused anything";
        return List.of(
                explains(ResetAfterIdle.ID, Overlap.Scope.ANY_LEG, reason),
                explains(ReusedWhileClosing.ID, Overlap.Scope.ANY_LEG, reason),
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, reason),
                explains(HalfCloseRefused.ID, Overlap.Scope.ANY_LEG, reason),
                explains(EmptyReply.ID, Overlap.Scope.ANY_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The RST does not look like the peer's.",
                "Its time to live differs from all other segments of the peer, or it lies outside the window although nobody was"
                        + " closing.",
                "network to that peer",
                "none",
                "Find the firewall or device on the way; compare captures at both ends.",
                new RuleEntry.Rights("", "", "likely from three hops; else possible"));
    }
}
