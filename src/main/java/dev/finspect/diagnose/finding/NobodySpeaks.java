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
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** See {@link #entry()}. */
@AutoService(FindingKind.class)
public final class NobodySpeaks extends FindingKind {
    public static final FindingId ID = new FindingId("nobody-speaks");

    private static final OtherReading OPENED_AHEAD = new OtherReading(
            "opened-ahead",
            "the client opened the connection ahead of need, as a pool does",
            "nothing: it looks the same",
            "the client: does it keep connections ready?",
            OtherReadings.by(Blame.NOBODY),
            (snapshot, situation) -> ReadingResult.open());

    private static final String ESTABLISHED_THERE =
            "its socket on this host, past SYN-RECEIVED; its SYN-ACK was captured, and not repeated; tcp_info counts no"
                    + " segment of it after the SYN-ACK";

    private static final OtherReading QUEUE_FULL = new OtherReading(
            "queue-full",
            "the PEER's end is not established, and repeats its SYN-ACK, since its accept queue is full",
            ESTABLISHED_THERE,
            "the state of the connection on the PEER's host, and Recv-Q of its listener",
            OtherReadings::peer,
            NobodySpeaks::notEstablishedThere);

    private static final OtherReading LAST_ACK_LOST = new OtherReading(
            "network-there",
            "the PEER's end is not established, and repeats its SYN-ACK, since the last ACK is lost on the way",
            ESTABLISHED_THERE,
            "a capture on the PEER's host: does the ACK arrive?",
            OtherReadings::way,
            NobodySpeaks::notEstablishedThere);

    public NobodySpeaks() {
        super(ID, SessionStage.DATA, 30);
    }

    @Override
    protected List<Situation> situations(Snapshot snapshot) {
        LegRecord client = snapshot.client();
        LegRecord upstream = snapshot.upstream();
        boolean opensAhead =
                Boolean.FALSE.equals(upstream.peerProgram().greetsElsewhere().orNull());
        if (opensAhead
                || Numbers.positive(upstream.handshake().responder().retransmits())
                || !SessionPhase.isLive(snapshot)
                || !isSilent(snapshot, client)
                || !isSilent(snapshot, upstream)
                || !isHeard(client)
                || !isHeard(upstream)) {
            return List.of();
        }
        long since = Math.max(
                client.handshake().establishedAt().or(Long.MIN_VALUE),
                upstream.handshake().establishedAt().or(Long.MIN_VALUE));
        if (!snapshot.lasts(since, snapshot.thresholds().nobodySpeaks())) {
            return List.of();
        }
        return List.of(new Situation(
                Blame.CONFIGURATION,
                null,
                since,
                evidence(client).and(evidence(upstream)).pieces()));
    }

    private static boolean isSilent(Snapshot snapshot, LegRecord leg) {
        boolean leftOut = leg.wire() != null && leg.wire().dataWithWrongChecksum() > 0;
        return leg.bytesReceived() == 0
                && SessionPhase.isKnownFromStart(leg)
                && !leftOut
                && SessionPhase.isOpen(leg)
                && !SessionPhase.readingPaused(snapshot, leg);
    }

    /** Whether a word of this peer would have been seen: not in a capture that has no segment of it. */
    private static boolean isHeard(LegRecord leg) {
        LegWire wire = leg.wire();
        return wire == null
                || !wire.mode().passive()
                || wire.peerEnd().syn() != null
                || wire.peerEnd().stream().segments() > 0;
    }

    private static EvidenceList evidence(LegRecord leg) {
        return new EvidenceList(leg.leg())
                .at(Clue.ESTABLISHED, leg.handshake().establishedAt())
                .amount(Clue.BYTES_RECEIVED, leg.data().traffic().bytesReceived())
                .peerSocket(leg);
    }

    private static ReadingResult notEstablishedThere(Snapshot snapshot, Situation situation) {
        LegRecord upstream = snapshot.upstream();
        PeerSocket socket = upstream.peerProgram().socket().orNull();
        if (socket != null && socket.seen() && socket.state() != TcpState.SYN_RECEIVED) {
            return ReadingResult.ruledOut("the PEER's socket is established", socket.atEpochNanos());
        }
        if (upstream.handshake().responder().retransmits().isKnown()) {
            return ReadingResult.ruledOut("the PEER has not repeated its SYN-ACK", snapshot.nowEpochNanos());
        }
        Fact<Long> segments = upstream.data().traffic().segmentsReceived().fact();
        return segments != null && segments.value() <= 1
                ? ReadingResult.ruledOut("the PEER has sent nothing after its SYN-ACK", snapshot.nowEpochNanos())
                : ReadingResult.open();
    }

    @Override
    protected Set<Blame> ownBlames() {
        return EnumSet.of(Blame.CONFIGURATION);
    }

    @Override
    public List<OtherReading> readings() {
        return List.of(OPENED_AHEAD, QUEUE_FULL, LAST_ACK_LOST, OtherReadings.HOST_GONE, OtherReadings.NOT_CAPTURED);
    }

    @Override
    protected String sentence(Words words) {
        return "Neither " + words.peer(Leg.CLIENT) + " nor " + words.peer(Leg.UPSTREAM)
                + " has sent a byte in the " + words.lasted()
                + " since both were connected. The client may wait for a greeting and the upstream for a request, "
                + "or one of them expects TLS or a PROXY header.";
    }

    @Override
    protected List<Contradiction> contradictions() {
        return List.of(Contradiction.of("a byte either way"));
    }

    @Override
    protected void next(NextCommands commands) {
        commands.own().both().program();
    }

    @Override
    public boolean asksForPeerSocket(Leg leg) {
        return true;
    }

    @Override
    public RuleEntry entry() {
        return new RuleEntry(
                "Both legs are established, and neither side has ever sent a byte.",
                "No byte either way since both legs were connected. Only possible, since a connection that was opened ahead of"
                        + " need looks the same. Not reported if the service is known to answer other clients, and never to"
                        + " greet: then it is such a connection.",
                "configuration",
                "nobody_speaks",
                "Compare the protocols: who sends first, TLS, PROXY header.",
                new RuleEntry.Rights("possible", "names the programs", ""));
    }
}
