package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.question.SendProgress;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Leg;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. A FIN that waits behind bytes that do not fit the window has not been sent yet. */
@AutoService(FindingKind.class)
public final class FinLost extends LegFindingKind {
    public static final FindingId ID = new FindingId("fin-lost");

    private static final OtherReading STILL_IN_PROGRESS = new OtherReading(
            "in-progress",
            "acknowledgements still make progress, and the FIN's turn has not come",
            "it is known since when nothing more is acknowledged, and that it was sent again",
            "tcp_info of the leg, or a capture",
            OtherReadings.by(Blame.NOBODY),
            FinLost::inProgress);

    public FinLost() {
        super(ID, SessionStage.CLOSING, 40);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark fin = it.close().localFin().orNull();
        if (fin == null
                || !SessionPhase.isLive(snapshot)
                || !SessionPhase.showsAcks(it)
                || !LocalFin.onlyFinUnacknowledged(it)
                || it.data().windows().zeroWindowSince().isKnown()) {
            return Optional.empty();
        }
        Long unackedSince = it.data().flight().unackedSince().orNull();
        long since = unackedSince == null ? fin.atEpochNanos() : Math.max(fin.atEpochNanos(), unackedSince);
        if (!snapshot.lasts(since, snapshot.thresholds().finUnacknowledged())
                || sentOnce(it, fin)
                || SendProgress.vanishedSince(snapshot, it) != null) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.networkTo(leg),
                leg,
                since,
                unackedSince == null ? snapshot.nowEpochNanos() : since,
                SendProgress.unacknowledged(it)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.FIN_RETRANSMITS, fin.retransmits())
                        .localState(it)
                        .peerSocket(it)
                        .pieces()));
    }

    private static boolean sentOnce(LegRecord leg, CloseMark fin) {
        boolean known =
                fin.retransmits().isKnown() || leg.data().flight().backoffs().isKnown();
        return known
                && !Numbers.positive(fin.retransmits())
                && !Numbers.positive(leg.data().flight().backoffs());
    }

    private static ReadingResult inProgress(Snapshot snapshot, Situation situation) {
        LegRecord it = snapshot.leg(situation.oneLeg());
        CloseMark fin = it.close().localFin().orNull();
        boolean counted = it.data().flight().backoffs().isKnown()
                || (fin != null && fin.retransmits().isKnown());
        return it.data().flight().unackedSince().isKnown() && counted
                ? ReadingResult.ruledOut("nothing more is acknowledged since", situation.sinceEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.NETWORK_TO_UPSTREAM);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(
                STILL_IN_PROGRESS, OtherReadings.HOST_GONE, OtherReadings.DROPPED_THERE, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(words.leg(Leg.UPSTREAM)) + " has not acknowledged the FIN sent to it for "
                + words.lasted()
                + words.times(", although it was sent again ", Clue.FIN_RETRANSMITS, "")
                + ". A packet filter or a link on the way drops it, or the host is gone.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("an ACK of the FIN in a capture"),
                Contradiction.of(
                        "CLOSE-WAIT on the peer's host: the FIN arrived, and its ACK is lost on the way back"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().packets(true).peer();
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "The FIN is not acknowledged.",
                "FIN sent again, all bytes before it acknowledged, window open.",
                "network to that peer",
                "fin_unacknowledged",
                "Look for packet filters that drop FINs or forget connections early.",
                new RuleEntry.Rights(
                        "proved if tcp_info shows segments of the peer meanwhile; likely without a round-trip time; else possible",
                        "shows the state on its host",
                        "counts the FINs"));
    }
}
