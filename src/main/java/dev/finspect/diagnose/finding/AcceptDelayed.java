package dev.finspect.diagnose.finding;

import com.google.auto.service.AutoService;
import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Situation;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.catalogue.FindingKind;
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class AcceptDelayed extends FindingKind {
    public static final FindingId ID = new FindingId("accept-delayed");

    private static final OtherReading ACK_LATE = new OtherReading(
            "ack-late",
            "the client's last ACK came late",
            "the ACK was captured; else it is rare",
            "a capture of the handshake",
            OtherReadings.by(Blame.NETWORK_TO_CLIENT),
            AcceptDelayed::ackLate);

    public AcceptDelayed() {
        super(ID, SessionStage.OPENING, 70);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord leg = snapshot.client();
        Fact<Long> delay = leg.handshake().acceptDelay().fact();
        if (delay == null || delay.value() < snapshot.thresholds().accept().toNanos()) {
            return List.of();
        }
        if (!snapshot.over() && leg.bytesSent() > 0) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.FINSPECT,
                Leg.CLIENT,
                since(snapshot, leg, delay.value()),
                new EvidenceList(Leg.CLIENT)
                        .at(Clue.ACK_RECEIVED, leg.handshake().ackAt())
                        .amount(Clue.ACCEPT_DELAY, delay)
                        .pieces()));
    }

    private static long since(Snapshot snapshot, LegRecord leg, long delayNanos) {
        return leg.handshake().ackAt().or(leg.handshake().establishedAt().or(snapshot.nowEpochNanos()) - delayNanos);
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.FINSPECT);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(ACK_LATE);
    }

    private static ReadingResult ackLate(Snapshot snapshot, Situation situation) {
        Fact<Long> delay = snapshot.client().handshake().acceptDelay().fact();
        return delay != null && delay.source() != Source.INFERRED
                ? ReadingResult.ruledOut("the ACK was captured", situation.sinceEpochNanos())
                : ReadingResult.rare("an ACK seldom takes so long");
    }

    @Override
    protected String sentence(Words words) {
        return "finspect accepted " + words.peer(Leg.CLIENT) + " late"
                + words.duration(", ", Clue.ACCEPT_DELAY, " after its handshake")
                + ". finspect was stopped or short of CPU, had no file descriptor left, or was at its session limit.";
    }

    @Override
    protected void next(NextCommands commands) {
        commands.listener(true).add("cat /proc/pressure/cpu", "whether this host is short of CPU");
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "finspect itself accepted late.",
                "The time from the handshake's last ACK to accept(). In a living session it is reported until the client has"
                        + " got its first byte. The closing record has it in any case: finspect does not hide its own delays.",
                "finspect",
                "accept",
                "Check CPU, pauses and descriptors of finspect's process; the session limit.",
                new RuleEntry.Rights("likely if inferred", "", "proved"));
    }
}
