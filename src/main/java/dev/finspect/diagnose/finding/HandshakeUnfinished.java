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
import dev.finspect.diagnose.catalogue.RuleEntry;
import dev.finspect.diagnose.catalogue.SessionStage;
import dev.finspect.diagnose.question.Numbers;
import dev.finspect.diagnose.question.SessionPhase;
import dev.finspect.diagnose.reading.OtherReading;
import dev.finspect.diagnose.reading.OtherReadings;
import dev.finspect.diagnose.reading.ReadingResult;
import dev.finspect.diagnose.words.NextCommands;
import dev.finspect.diagnose.words.Words;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link #entry()}. A client that answers with RST has refused, and owes nothing. */
@AutoService(FindingKind.class)
public final class HandshakeUnfinished extends FindingKind {
    public static final FindingId ID = new FindingId("handshake-unfinished");

    /** Whoever repeats a SYN-ACK has not got the ACK, whatever was captured. */
    private static final OtherReading NOT_CAPTURED = OtherReadings.NOT_CAPTURED.unless(
            (snapshot, situation) -> isSynAckRepeated(snapshot.client()), "the SYN-ACK was sent again");

    private static final OtherReading ACK_LOST = new OtherReading(
            "ack-lost",
            "the client's ACK was lost on the way",
            "the client repeats its SYN, so that the SYN-ACK does not reach it; rare where it is known to repeat none",
            "a capture on the client's host",
            OtherReadings.by(Blame.NETWORK_TO_CLIENT),
            HandshakeUnfinished::ackLost);

    private static final OtherReading DROPPED_THERE = new OtherReading(
            "dropped-there",
            "the client's host gets the SYN-ACK and drops it, such as by its own packet filter",
            "nothing; it is rare",
            "a capture on the client's host: does the SYN-ACK arrive?",
            OtherReadings.by(Blame.CLIENT),
            (snapshot, situation) -> situation.own() == Blame.CLIENT
                    ? ReadingResult.none()
                    : ReadingResult.rare("a host seldom drops the answer to its own SYN"));

    private static final OtherReading FORGED = new OtherReading(
            "forged-address",
            "its address is forged, and the client has sent nothing",
            "the client repeats its SYN",
            "a capture on the client's host",
            OtherReadings.by(Blame.NOBODY),
            (snapshot, situation) -> situation.own() == Blame.CLIENT
                    ? ReadingResult.open()
                    : ReadingResult.ruledOut("the client repeats its SYN"));

    private static final OtherReading TOO_EARLY = new OtherReading(
            "too-early",
            "the handshake is only slow",
            "the SYN-ACK was sent again",
            "a later look",
            OtherReadings.by(Blame.NOBODY),
            HandshakeUnfinished::tooEarly);

    public HandshakeUnfinished() {
        super(ID, SessionStage.OPENING, 60);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord leg = snapshot.client();
        Fact<Long> synAck = leg.handshake().synAckAt().fact();
        Fact<Long> since = synAck == null ? leg.handshake().synAt().fact() : synAck;
        if (since == null
                || !isHalfOpen(leg)
                || !snapshot.lasts(since.value(), snapshot.thresholds().connect())) {
            return List.of();
        }
        boolean synRepeated = isSynRepeatedSince(leg, synAck);
        return List.of(new Situation(
                synRepeated ? Blame.NETWORK_TO_CLIENT : Blame.CLIENT,
                Leg.CLIENT,
                since.value(),
                new EvidenceList(Leg.CLIENT)
                        .at(Clue.SYN_RECEIVED, leg.handshake().synAt())
                        .at(Clue.SYN_ACK_SENT, leg.handshake().synAckAt())
                        .amount(Clue.SYN_ACKS_AGAIN, leg.handshake().responder().retransmits())
                        .amount(Clue.SYNS_AGAIN, leg.handshake().originator().retransmits())
                        .pieces()));
    }

    /** The SYN was answered, by a captured segment or by the state of finspect's end, and nothing more came. */
    private static boolean isHalfOpen(LegRecord leg) {
        boolean answered = leg.handshake().synAckAt().isKnown()
                || leg.data().flight().localState().orNull() == TcpState.SYN_RECEIVED;
        return answered
                && !leg.established()
                && !leg.handshake().simultaneousOpen().or(false)
                && !leg.handshake().ackAt().isKnown()
                && !leg.close().peerRst().isKnown()
                && (leg.wire() == null || leg.wire().acksCaptured() || isSynAckRepeated(leg))
                && leg.bytesReceived() == 0
                && leg.bytesSent() == 0;
    }

    /** Whether the client repeated its SYN after the answer to it: a repetition before shows nothing. */
    private static boolean isSynRepeatedSince(LegRecord leg, @Nullable Fact<Long> synAck) {
        if (leg.wire() == null) {
            return Numbers.positive(leg.handshake().originator().retransmits());
        }
        SynFacts syn = leg.wire().peerEnd().syn();
        if (synAck == null || syn == null) {
            return false;
        }
        long reaction = SessionPhase.reactionNanos(leg);
        return syn.againAtNanos().stream().anyMatch(at -> at > synAck.value() + reaction);
    }

    private static boolean isSynAckRepeated(LegRecord leg) {
        return Numbers.positive(leg.handshake().responder().retransmits());
    }

    private static ReadingResult ackLost(Snapshot snapshot, Situation situation) {
        if (situation.own() != Blame.CLIENT) {
            return ReadingResult.ruledOut("the client repeats its SYN: the SYN-ACK does not reach it");
        }
        return snapshot.client().handshake().originator().retransmits().isKnown()
                ? ReadingResult.rare("a client that has the SYN-ACK sends more than one ACK, and it repeats no SYN")
                : ReadingResult.open();
    }

    private static ReadingResult tooEarly(Snapshot snapshot, Situation situation) {
        return isSynAckRepeated(snapshot.client())
                ? ReadingResult.ruledOut("the SYN-ACK was sent again")
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.NETWORK_TO_CLIENT, Blame.CLIENT);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(ACK_LOST, DROPPED_THERE, FORGED, TOO_EARLY, NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        if (words.finding().blame() == Blame.NETWORK_TO_CLIENT) {
            return words.thePeer(Leg.CLIENT) + " has repeated its SYN" + words.times(" ", Clue.SYNS_AGAIN, "") + " in "
                    + words.lasted() + " although it was answered"
                    + words.times(" (SYN-ACK repeated ", Clue.SYN_ACKS_AGAIN, ")")
                    + ". The SYN-ACKs are lost on the way to the client.";
        }
        return words.thePeer(Leg.CLIENT) + " sent a SYN and has not acknowledged the SYN-ACK for " + words.lasted()
                + words.times(" (repeated ", Clue.SYN_ACKS_AGAIN, ")")
                + ". It is gone, something near it drops the SYN-ACK, or its address is forged.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(
                Contradiction.of("a captured ACK of the client: finspect's own accept queue is full"),
                Contradiction.of("an RST of the client: it has refused, and nothing is unfinished"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.packets(true).route().halfOpen();
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "A client's SYN was answered, and no ACK came back.",
                "SYN, SYN-ACK repeated, no ACK, no RST. A client that repeats its SYN meanwhile is alive and does not get the"
                        + " SYN-ACK. Found in captures (`read`, `explain FILE`) and in the line `attempt.failed`; before"
                        + " accept() there is no living session that could show it.",
                "client; network to client if it repeats its SYN",
                "connect",
                "Check filters and asymmetric routes towards the client; many at once from many addresses are a SYN flood.",
                new RuleEntry.Rights(
                        "possible (state of finspect's end)", "", "possible; likely if the SYN is repeated after it"));
    }
}
