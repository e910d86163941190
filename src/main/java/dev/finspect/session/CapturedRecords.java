package dev.finspect.session;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.diagnose.catalogue.Diagnosis;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.IpAddress;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of connections that were captured, without a proxy that told of them: one connection a record, or the two of
 * a proxy. There the client leg's peer is the originator and the upstream leg's peer the responder, as they are live.
 */
public final class CapturedRecords {
    private static final int DATA_OR_FIN = 8 | 16;

    private final long captureStartNanos;
    private final long numberBase;

    /**
     * Records of one capture.
     *
     * @param captureStartNanos time of its first packet, nanoseconds since the Unix epoch
     * @param numberBase how many connections other captures of the same run had
     */
    public CapturedRecords(long captureStartNanos, long numberBase) {
        this.captureStartNanos = captureStartNanos;
        this.numberBase = numberBase;
    }

    /** The record of one connection. */
    public SessionRecord alone(ConnectionFacts facts) {
        CapturedClose close = CapturedClose.of(facts);
        RecordEvent event = attemptFailed(facts)
                ? RecordEvent.ATTEMPT_FAILED
                : close.over() ? RecordEvent.CLOSED : RecordEvent.PROGRESS;
        return record(event, facts, leg(Leg.CLIENT, facts), LegRecord.NONE, close, facts.lastAtNanos());
    }

    /** The record of a session whose legs were joined. */
    public SessionRecord joined(ConnectionFacts client, ConnectionFacts upstream) {
        CapturedClose close = CapturedClose.of(client, upstream);
        return record(
                close.over() ? RecordEvent.CLOSED : RecordEvent.PROGRESS,
                client,
                leg(Leg.CLIENT, client),
                leg(Leg.UPSTREAM, upstream),
                close,
                Math.max(client.lastAtNanos(), upstream.lastAtNanos()));
    }

    /**
     * The record of one connection with what the rules find in it, at {@code nowEpochNanos} where it is not over: the last
     * packet's time.
     */
    public SessionRecord alone(ConnectionFacts facts, long nowEpochNanos) {
        return diagnosed(alone(facts), leg(Leg.CLIENT, facts), leg(Leg.UPSTREAM, facts), nowEpochNanos);
    }

    /** The same of a session whose legs were joined. */
    public SessionRecord joined(ConnectionFacts client, ConnectionFacts upstream, long nowEpochNanos) {
        SessionRecord record = joined(client, upstream);
        return diagnosed(record, record.client(), record.upstream(), nowEpochNanos);
    }

    private static SessionRecord diagnosed(
            SessionRecord record, LegRecord client, LegRecord upstream, long nowEpochNanos) {
        boolean over = record.closed();
        long now = over ? record.identity().startEpochNanos() + record.durationNanos() : nowEpochNanos;
        List<SessionFinding> found =
                Diagnosis.of(Snapshots.captured(client, upstream, over, now, Thresholds.STANDARD)).stream()
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
        InetSocketAddress client = socket(facts.tuple().source(), facts.tuple().sourcePort());
        InetSocketAddress local =
                socket(facts.tuple().destination(), facts.tuple().destinationPort());
        LegRecord bare = new LegRecord(
                Leg.CLIENT,
                client,
                local,
                List.of(),
                List.of(),
                Handshake.UNKNOWN,
                LegData.ofBytes(bytes(facts, Endpoint.ORIGINATOR), bytes(facts, Endpoint.RESPONDER)),
                LegClose.UNKNOWN);
        LegRecord leg = WireFacts.into(bare, wire);
        SessionRecord record = new SessionRecord(
                RecordEvent.ATTEMPT_FAILED,
                new SessionIdentity(
                        CaptureIds.id(facts.firstAtNanos(), number),
                        route,
                        listener,
                        client,
                        local,
                        facts.firstAtNanos(),
                        facts.firstAtNanos()),
                Math.max(0, facts.lastAtNanos() - facts.firstAtNanos()),
                Outcome.CONNECT_FAILED,
                null,
                errorType(RecordEvent.ATTEMPT_FAILED, Outcome.CONNECT_FAILED, facts),
                null,
                Source.WIRE,
                leg,
                LegRecord.NONE,
                CapturedClose.of(facts).record(true));
        return diagnosed(record, leg, LegRecord.NONE, 0);
    }

    private SessionRecord record(
            RecordEvent event,
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
        InetSocketAddress originator =
                socket(facts.tuple().source(), facts.tuple().sourcePort());
        InetSocketAddress responder =
                socket(facts.tuple().destination(), facts.tuple().destinationPort());
        return new SessionRecord(
                event,
                new SessionIdentity(
                        CaptureIds.id(captureStartNanos, numberBase + facts.number()),
                        "",
                        responder,
                        originator,
                        responder,
                        facts.firstAtNanos(),
                        facts.firstAtNanos()),
                Math.max(0, lastAtNanos - facts.firstAtNanos()),
                outcome,
                null,
                errorType(event, outcome, facts),
                null,
                Source.WIRE,
                client,
                upstream,
                close.record(event != RecordEvent.PROGRESS));
    }

    private LegRecord leg(Leg leg, ConnectionFacts facts) {
        FourTuple tuple = facts.tuple();
        InetSocketAddress originator = socket(tuple.source(), tuple.sourcePort());
        InetSocketAddress responder = socket(tuple.destination(), tuple.destinationPort());
        Endpoint peer = leg == Leg.CLIENT ? Endpoint.ORIGINATOR : Endpoint.RESPONDER;
        LegRecord bare = new LegRecord(
                leg,
                leg == Leg.CLIENT ? originator : responder,
                leg == Leg.CLIENT ? responder : originator,
                List.of(),
                List.of(),
                Handshake.UNKNOWN,
                LegData.ofBytes(bytes(facts, peer), bytes(facts, peer.other())),
                LegClose.UNKNOWN);
        Continuation before = facts.continues();
        String earlier = before == null ? null : CaptureIds.id(captureStartNanos, numberBase + before.earlier());
        return WireFacts.into(bare, new LegWire(CaptureMode.FILE, facts.midStream(), null, peer, facts, earlier));
    }

    /** Bytes of an end's stream by sequence numbers. */
    static long bytes(ConnectionFacts facts, Endpoint end) {
        StreamFacts stream = facts.of(end).stream();
        return stream.uniqueBytes() + stream.missedBytes();
    }

    /** Whether a SYN was seen, and refused or given up before anything showed that the handshake was completed. */
    static boolean attemptFailed(ConnectionFacts facts) {
        if (facts.handshake().synAtNanos() == null) {
            return false;
        }
        if (facts.handshake().refusedAtNanos() != null) {
            return true;
        }
        boolean completed = facts.handshake().ackAtNanos() != null || (facts.completeness() & DATA_OR_FIN) != 0;
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
            if (facts.close().first(Endpoint.ORIGINATOR, Kind.RST) != null) {
                return ConnectResult.ABANDONED.label();
            }
            return (facts.icmp().count() > 0 ? ConnectResult.HOST_UNREACHABLE : ConnectResult.TIMED_OUT).label();
        }
        return outcome == null || outcome == Outcome.CLEAN ? null : outcome.label();
    }

    private static InetSocketAddress socket(IpAddress address, int port) {
        return new InetSocketAddress(address.toInetAddress(), port);
    }
}
