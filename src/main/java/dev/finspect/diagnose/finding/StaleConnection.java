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

/** See {@link #entry()}. A request that crosses the FIN on its way is {@link ReusedWhileClosing}. */
@AutoService(FindingKind.class)
public final class StaleConnection extends FindingKind {
    public static final FindingId ID = new FindingId("stale-connection");

    private static final OtherReading FIN_WITHHELD = new OtherReading(
            "finspect-holds",
            "finspect has not passed the upstream's FIN on to the client",
            "the FIN was sent to the client before the request came",
            "the order of the FINs in the record",
            OtherReadings.by(Blame.FINSPECT),
            StaleConnection::finWithheld);

    private static final OtherReading FIN_LOST = new OtherReading(
            "fin-lost",
            "the FIN was lost on the way to the client",
            "the client's kernel acknowledged it; else it is rare",
            "a capture on the client's host: does the FIN arrive?",
            OtherReadings.by(Blame.NETWORK_TO_CLIENT),
            StaleConnection::finLost);

    public StaleConnection() {
        super(ID, SessionStage.CLOSING, 55);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord it = snapshot.upstream();
        LostRequest lost = LostRequest.of(snapshot);
        CloseMark rst = PeerReset.of(it);
        if (lost == null || rst == null || !lost.afterFin() || !lost.rested() || lost.mayBeGoodbye(snapshot)) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.CONFIGURATION,
                Leg.UPSTREAM,
                lost.fin().atEpochNanos(),
                lost.sentAt().value(),
                new EvidenceList(Leg.UPSTREAM)
                        .at(Clue.FIN_RECEIVED, lost.fin().at())
                        .at(Clue.LAST_SENT, lost.sentAt())
                        .amount(Clue.TURN_SENT, it.data().turns().turnBytesSent())
                        .at(Clue.RST_RECEIVED, rst.at())
                        .unacknowledged(it)
                        .idleLimit(it)
                        .pieces()));
    }

    private static ReadingResult finWithheld(Snapshot snapshot, Situation situation) {
        CloseMark passedOn = snapshot.client().close().localFin().orNull();
        return passedOn != null && passedOn.atEpochNanos() <= situation.eventEpochNanos()
                ? ReadingResult.ruledOut("the FIN was sent to the client before", passedOn.atEpochNanos())
                : ReadingResult.open();
    }

    private static ReadingResult finLost(Snapshot snapshot, Situation situation) {
        CloseMark passedOn = snapshot.client().close().localFin().orNull();
        return passedOn != null && passedOn.acknowledged().or(false)
                ? ReadingResult.ruledOut("the client's kernel acknowledged the FIN")
                : ReadingResult.rare("a lost FIN is sent again");
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(FIN_WITHHELD, FIN_LOST, OtherReadings.GOODBYE, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(Leg.UPSTREAM) + " had closed the connection, and " + words.peer(Leg.CLIENT)
                + " sent more on it all the same" + words.bytes(" (", Clue.TURN_SENT, ")")
                + ": it was answered with RST and not handled. The client must notice the end before it uses a connection of"
                + " its pool again, or give it up sooner than the upstream's idle time-out."
                + words.idleLimit();
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("the upstream's log with that request in it"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.timeOuts().nextPackets(false);
    }

    @Override
    public List<Overlap> overlaps() {
        String reason = "the upstream had closed before";
        return List.of(
                explains(ResetWithUnread.ID, Overlap.Scope.ANY_LEG, reason),
                explains(EmptyReply.ID, Overlap.Scope.ANY_LEG, reason));
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A request was sent on a connection that the upstream had closed before.",
                "The upstream's FIN before the request, and an idle time; the request is never acknowledged, and is"
                        + " answered by RST. Not a goodbye, after which its client closes.",
                "configuration",
                "none",
                "Let the pool check a connection before it uses it, and keep it for a shorter time than the upstream does.",
                new RuleEntry.Rights("likely", "", "likely; proved if larger than 100 bytes"));
    }
}
