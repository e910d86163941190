package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.Contradiction;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.Overlap;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LostRequest;
import dev.finspect.diagnose.question.PeerReset;
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
import java.util.Set;

/** See {@link #entry()}. What a client sends after it saw the end, such as a TLS close_notify, is no request. */
@AutoService(FindingKind.class)
public final class ReusedWhileClosing extends FindingKind {
    public static final FindingId ID = new FindingId("reused-while-closing");

    private static final OtherReading CLOSED_ANYWAY = new OtherReading(
            "closed-for-another-reason",
            "the upstream closed for another reason than its idle time-out",
            "nothing; it is rare after an idle time",
            "the upstream's log at that moment",
            OtherReadings.by(Blame.UPSTREAM),
            (snapshot, situation) -> ReadingResult.rare("the connection had been idle"));

    private static final OtherReading FORGED_RESET = OtherReadings.FORGED_RESET.with(ReusedWhileClosing::forgedReset);

    public ReusedWhileClosing() {
        super(ID, SessionStage.CLOSING, 60);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        LostRequest lost = LostRequest.of(snapshot);
        CloseMark rst = PeerReset.of(it);
        if (lost == null
                || lost.afterFin()
                || !lost.rested()
                || lost.mayBeGoodbye(snapshot)
                || !crossed(it, lost)
                || (rst == null && !lost.isPassedOver(it))) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.CONFIGURATION,
                Leg.UPSTREAM,
                lost.fin().atEpochNanos(),
                new EvidenceList(Leg.UPSTREAM)
                        .amount(
                                Clue.RESTED,
                                lost.rest() == null ? null : lost.rest().nanos())
                        .act(Clue.FIN_RECEIVED, lost.fin())
                        .at(Clue.LAST_SENT, lost.sentAt())
                        .amount(Clue.SENT_AFTER_FIN, it.close().afterFin().bytesSent())
                        .amount(Clue.TURN_SENT, it.data().turns().turnBytesSent())
                        .act(Clue.RST_RECEIVED, rst)
                        .pieces()));
    }

    /** Whether each was on its way when the other was sent. */
    private static boolean crossed(LegRecord leg, LostRequest lost) {
        return Math.abs(lost.sentAt().value() - lost.fin().atEpochNanos()) <= SessionPhase.reactionNanos(leg)
                && !Boolean.TRUE.equals(LostRequest.covers(lost.fin(), leg));
    }

    /** The upstream's own FIN shows that it closed; a device that sends the RST too makes no difference to who is to blame. */
    private static ReadingResult forgedReset(Snapshot snapshot, Situation situation) {
        return ReadingResult.ruledOut("the upstream's own FIN came as well", situation.sinceEpochNanos());
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(OtherReadings.GOODBYE, CLOSED_ANYWAY, FORGED_RESET, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        Leg leg = words.leg(Leg.UPSTREAM);
        return words.thePeer(leg) + " was closing just as " + words.peer(leg.other()) + " sent more"
                + words.bytes(" (", Clue.TURN_SENT, ")")
                + (words.has(Clue.RST_RECEIVED) ? ", and answered with RST; what the " : "; what the ")
                + leg.other().label() + " sent was not handled."
                + " Their keep-alive time-outs do not fit: the " + leg.other().label() + "'s must be the shorter one.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("the peer's log with that request in it"),
                Contradiction.of("an RST sent before the request had arrived"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.timeOuts().nextPackets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "the request met a connection that was being closed";
        return List.of(
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, reason),
                explains(EmptyReply.ID, Overlap.Scope.ANY_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A request was sent just as the upstream closed.",
                "After an idle time, data that crossed a FIN: neither acknowledges the other; then RST. Not a goodbye, after which its client closes.",
                "configuration",
                "none",
                "The client's keep-alive time-out must be the shorter one; retry what is safe.",
                new RuleEntry.Rights("likely", "", "exact order of FIN, request and RST"));
    }
}
