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
import dev.finspect.diagnose.catalogue.LegFindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.LocalFin;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** See {@link #entry()}. It is reported so that nobody ends the session; silent for as long, it would be {@link NotClosing}. */
@AutoService(FindingKind.class)
public final class HalfClosedActive extends LegFindingKind {
    public static final FindingId ID = new FindingId("half-closed-active");

    public HalfClosedActive() {
        super(ID, SessionStage.CLOSING, 30);
    }

    @Override
    protected Optional<Situation> situation(Snapshot snapshot, Leg leg) {
        LegRecord it = snapshot.leg(leg);
        CloseMark fin = it.close().localFin().orNull();
        Fact<Long> received = it.lastReceivedAt().fact();
        if (fin == null || received == null || !LocalFin.halfCloses(snapshot, it, fin)) {
            return Optional.empty();
        }
        Duration notClosing = snapshot.thresholds().notClosing();
        if (received.value() <= fin.atEpochNanos()
                || !snapshot.lasts(fin.atEpochNanos(), notClosing)
                || snapshot.lasts(received.value(), notClosing)) {
            return Optional.empty();
        }
        return Optional.of(new Situation(
                Blame.NOBODY,
                leg,
                fin.atEpochNanos(),
                new EvidenceList(leg)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.RECEIVED_AFTER_FIN, it.close().afterFin().bytesReceived())
                        .at(Clue.LAST_RECEIVED, received)
                        .pieces()));
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.noneOf(Blame.class);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of();
    }

    @Override
    protected String sentence(Words words) {
        return words.thePeer(words.leg(Leg.UPSTREAM)) + " was sent a FIN " + words.lasted() + " ago and still sends"
                + words.bytes(" (", Clue.RECEIVED_AFTER_FIN, " since)")
                + ": the session is half-closed and working, not hung. Ending it would lose what is still to come.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("no byte for a long time on the side that is still open"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().both().program();
    }

    @Override
    public boolean isHarmless() {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Half-closed and still sending: not a hang.",
                "A peer that was sent a FIN longer ago than the threshold, and has sent bytes within it.",
                "nobody",
                "not_closing",
                "Nothing: leave it alone.",
                new RuleEntry.Rights("proved", "", ""));
    }
}
