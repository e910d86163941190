package dev.finspect.session.file;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.JoinedBy;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.WireFacts;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of captured connections from their segments alone. A record has one connection, or the two connections of a
 * proxy. In the latter the client leg's peer is the originator and the upstream leg's peer the responder, as they are live.
 */
public final class CapturedRecords {
    private static final int DATA_OR_FIN = 8 | 16;

    private final String route;
    private final CaptureMode mode;
    private final LongFunction<String> ids;
    private final @Nullable LostPackets lost;
    private boolean segmentsSeen;
    private boolean acksSeen;
    private final Thresholds thresholds;

    /**
     * Records of one capture.
     *
     * @param captureStartNanos time of its first packet, nanoseconds since the Unix epoch
     * @param numberBase how many connections other captures of the same run had
     */
    public CapturedRecords(long captureStartNanos, long numberBase) {
        this(captureStartNanos, numberBase, Thresholds.STANDARD);
    }

    /** The same, with these thresholds for what counts as hung. */
    public CapturedRecords(long captureStartNanos, long numberBase, Thresholds thresholds) {
        this(
                "",
                CaptureMode.FILE,
                number -> CaptureIds.inFile(captureStartNanos, numberBase + number),
                null,
                thresholds);
    }

    private CapturedRecords(
            String route,
            CaptureMode mode,
            LongFunction<String> ids,
            @Nullable LostPackets lost,
            Thresholds thresholds) {
        this.route = route;
        this.mode = mode;
        this.ids = ids;
        this.lost = lost;
        this.thresholds = thresholds;
    }

    /**
     * Records of connections that are watched live.
     *
     * @param route the name that stands for the watch in records and meters
     * @param startNanos when the watch began, nanoseconds since the Unix epoch
     * @param salt makes ids differ from those of another process that began at the same moment
     */
    public static CapturedRecords watched(String route, long startNanos, long salt, Thresholds thresholds) {
        return new CapturedRecords(
                route,
                CaptureMode.WATCHED,
                number -> CaptureIds.watched(startNanos, number, salt),
                new LostPackets(),
                thresholds);
    }

    /** Takes note of packets that a live capture lost. */
    public void lost(long packets, long fromNanos, long toNanos) {
        if (lost != null) {
            lost.add(packets, fromNanos, toNanos);
        }
    }

    /** How many packets a live capture lost that may have been a connection's own. */
    public long lostDuring(ConnectionFacts facts) {
        return lost == null ? 0 : lost.during(facts);
    }

    /** The id of the record of the connection with this number. */
    public String id(long number) {
        return ids.apply(number);
    }

    /** Takes note of a segment of the capture: one that holds only SYN, FIN and RST shows no missing ACK. */
    public void segment(TcpSegment segment) {
        segmentsSeen = true;
        acksSeen |= (segment.flags() & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST)) == 0;
    }

    /** The record of one connection. */
    public SessionRecord alone(ConnectionFacts facts) {
        ConnectionFacts whole = facts.whole();
        CapturedClose close = CapturedClose.of(whole);
        RecordEvent event = attemptFailed(whole)
                ? RecordEvent.ATTEMPT_FAILED
                : close.over() ? RecordEvent.CLOSED : RecordEvent.PROGRESS;
        return record(event, facts, leg(Leg.CLIENT, facts, false), LegRecord.NONE, close, facts.lastAtNanos());
    }

    /** The record of a connection that goes on in another record, which has the end and the findings of both. */
    public SessionRecord continued(ConnectionFacts facts) {
        CapturedClose close = CapturedClose.of(facts.whole());
        LegRecord leg = leg(Leg.CLIENT, facts, false);
        return record(RecordEvent.PROGRESS, facts, leg, LegRecord.NONE, close, facts.lastAtNanos())
                .with(Diagnosed.of(List.of()));
    }

    /** The record of a session whose legs were joined by their segments. */
    public SessionRecord joined(ConnectionFacts client, ConnectionFacts upstream) {
        return joined(new JoinedLegs(client, upstream), JoinedBy.SEGMENTS);
    }

    /** The record of a session whose legs were joined by this. */
    public SessionRecord joined(JoinedLegs legs, JoinedBy by) {
        ConnectionFacts client = legs.client();
        ConnectionFacts upstream = legs.upstream();
        CapturedClose close = CapturedClose.of(client, upstream);
        return record(
                close.over() ? RecordEvent.CLOSED : RecordEvent.PROGRESS,
                client,
                leg(Leg.CLIENT, client, close.over()),
                leg(Leg.UPSTREAM, upstream, close.over(), by),
                close,
                Math.max(client.lastAtNanos(), upstream.lastAtNanos()));
    }

    /**
     * The record of one connection with what the rules find in it, at {@code nowEpochNanos} where it is not over: the last
     * packet's time.
     */
    public SessionRecord alone(ConnectionFacts facts, long nowEpochNanos) {
        SessionRecord record = alone(facts);
        ConnectionFacts whole = facts.whole();
        LegRecord client = facts.chain() == null ? record.client() : leg(Leg.CLIENT, whole, false);
        return diagnosed(record, client, leg(Leg.UPSTREAM, whole, record.closed()), nowEpochNanos, thresholds);
    }

    /** The same of a session whose legs were joined by this. */
    public SessionRecord joined(JoinedLegs legs, JoinedBy by, long nowEpochNanos) {
        SessionRecord record = joined(legs, by);
        return diagnosed(record, record.client(), record.upstream(), nowEpochNanos, thresholds);
    }

    /**
     * What the rules see of a connection that lives.
     *
     * @param originator what is known of the program at that end; the next likewise
     */
    public Snapshot living(ConnectionFacts facts, long nowEpochNanos, PeerProgram originator, PeerProgram responder) {
        ConnectionFacts whole = facts.whole();
        return new Snapshot(
                nowEpochNanos,
                false,
                thresholds,
                leg(Leg.CLIENT, whole, false).with(originator),
                leg(Leg.UPSTREAM, whole, false).with(responder),
                Snapshot.Proxy.RELAYS);
    }

    /** The same of a session whose legs were joined. */
    public Snapshot living(JoinedLegs legs, long nowEpochNanos, PeerProgram originator, PeerProgram responder) {
        return new Snapshot(
                nowEpochNanos,
                false,
                thresholds,
                leg(Leg.CLIENT, legs.client(), false).with(originator),
                leg(Leg.UPSTREAM, legs.upstream(), false).with(responder),
                Snapshot.Proxy.RELAYS);
    }

    /** Whether a connection is over: only stray segments can follow. */
    public static boolean over(ConnectionFacts facts) {
        return attemptFailed(facts.whole()) || CapturedClose.of(facts.whole()).over();
    }

    private static SessionRecord diagnosed(
            SessionRecord record, LegRecord client, LegRecord upstream, long nowEpochNanos, Thresholds thresholds) {
        boolean over = record.closed();
        long now = over ? record.identity().startEpochNanos() + record.durationNanos() : nowEpochNanos;
        List<SessionFinding> found =
                Diagnosis.of(new Snapshot(now, over, thresholds, client, upstream, Snapshot.Proxy.RELAYS)).stream()
                        .map(finding -> new SessionFinding(finding, null, over))
                        .toList();
        return record.with(Diagnosed.of(found));
    }

    /**
     * The record of a handshake towards a listener that never reached accept().
     *
     * @param number makes its id unique
     * @param wire what was captured; its peer is the originator
     */
    public static SessionRecord attempt(String route, InetSocketAddress listener, long number, LegWire wire) {
        ConnectionFacts facts = wire.facts();
        LegRecord leg = WireFacts.alone(Leg.CLIENT, originator(facts), LegRecord.Search.NONE, wire);
        SessionRecord record = record(
                RecordEvent.ATTEMPT_FAILED,
                identity(CaptureIds.ofAttempt(facts.firstAtNanos(), number), route, listener, facts),
                facts,
                leg,
                LegRecord.NONE,
                CapturedClose.of(facts),
                facts.lastAtNanos());
        return diagnosed(record, leg, LegRecord.NONE, 0, Thresholds.STANDARD);
    }

    private SessionRecord record(
            RecordEvent event,
            ConnectionFacts facts,
            LegRecord client,
            LegRecord upstream,
            CapturedClose close,
            long lastAtNanos) {
        return record(event, identity(facts), facts, client, upstream, close, lastAtNanos);
    }

    /** What is fixed about a connection. */
    public SessionIdentity identity(ConnectionFacts facts) {
        return identity(id(facts.number()), route, facts.tuple().destinationSocket(), facts);
    }

    private static SessionIdentity identity(
            String id, String route, InetSocketAddress listener, ConnectionFacts facts) {
        return new SessionIdentity(
                id,
                route,
                listener,
                facts.tuple().sourceSocket(),
                facts.tuple().destinationSocket(),
                facts.firstAtNanos(),
                facts.firstAtNanos());
    }

    /** The ends of the leg whose peer is the originator. */
    private static LegRecord.Ends originator(ConnectionFacts facts) {
        return new LegRecord.Ends(facts.tuple().sourceSocket(), facts.tuple().destinationSocket());
    }

    private static SessionRecord record(
            RecordEvent event,
            SessionIdentity identity,
            ConnectionFacts facts,
            LegRecord client,
            LegRecord upstream,
            CapturedClose close,
            long lastAtNanos) {
        Outcome outcome = switch (event) {
            case CLOSED -> close.outcome();
            case PROGRESS, HUNG, RECOVERED -> null;
            case ATTEMPT_FAILED -> Outcome.CONNECT_FAILED;
        };
        return new SessionRecord(
                event,
                identity,
                Math.max(0, lastAtNanos - facts.firstAtNanos()),
                new SessionRecord.Result(outcome, null, errorType(event, outcome, facts), null),
                client,
                upstream,
                close.record(event != RecordEvent.PROGRESS),
                null,
                ProxyHeader.Both.NONE);
    }

    private LegRecord leg(Leg leg, ConnectionFacts facts, boolean over) {
        return leg(leg, facts, over, null);
    }

    private LegRecord leg(Leg leg, ConnectionFacts facts, boolean over, @Nullable JoinedBy joinedBy) {
        InetSocketAddress responder = facts.tuple().destinationSocket();
        boolean client = leg == Leg.CLIENT;
        Continuation before = facts.continues();
        String earlier = before == null ? null : id(before.earlier());
        LegWire wire = new LegWire(
                mode,
                facts.midStream(),
                lost == null ? null : (Long) lost.during(facts),
                client ? Endpoint.ORIGINATOR : Endpoint.RESPONDER,
                facts,
                earlier,
                acksSeen || !segmentsSeen,
                joinedBy);
        return WireFacts.alone(
                leg,
                client
                        ? originator(facts)
                        : new LegRecord.Ends(responder, facts.tuple().sourceSocket()),
                client
                        ? LegRecord.Search.NONE
                        : new LegRecord.Search(List.of(), List.of(CapturedAttempt.of(responder, wire, over))),
                wire);
    }

    /** Whether a SYN was seen, and refused or given up before anything showed that the handshake was completed. */
    static boolean attemptFailed(ConnectionFacts facts) {
        if (facts.handshake().synAtNanos() == null) {
            return false;
        }
        if (facts.handshake().refusedAtNanos() != null) {
            return true;
        }
        boolean completed = CapturedAttempt.established(facts.handshake()) || (facts.completeness() & DATA_OR_FIN) != 0;
        return !completed
                && facts.ending() != FlowEndReason.CAPTURE_ENDED
                && facts.ending() != FlowEndReason.LIVING
                && facts.ending() != FlowEndReason.EVICTED;
    }

    private static @Nullable String errorType(RecordEvent event, @Nullable Outcome outcome, ConnectionFacts facts) {
        if (event == RecordEvent.ATTEMPT_FAILED) {
            if (facts.handshake().refusedAtNanos() != null) {
                return ConnectResult.REFUSED.label();
            }
            return CapturedAttempt.unanswered(facts).label();
        }
        return outcome == null || outcome == Outcome.CLEAN ? null : outcome.label();
    }
}
