package dev.finspect.lifecycle.connection;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.lifecycle.connection.CloseFacts.TimeWaitHolder;
import dev.finspect.lifecycle.zeek.ZeekConnection;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * Tracks one TCP connection, segment by segment. Used alone if the caller knows the connection of each segment (the legs of a
 * live session), or by {@link Connections} for many connections. Not thread-safe.
 */
public final class Connection {
    private final Origin origin;
    private final ZeekConnection zeek;
    private final boolean skipWrongChecksums;
    /** The side that is the source in the tuple. */
    private final EndpointTracker first = new EndpointTracker();

    private final EndpointTracker second = new EndpointTracker();
    private final HandshakeTracker handshake = new HandshakeTracker();
    private final CloseTracker close = new CloseTracker();
    private Orientation orientation;
    private boolean firstIsOriginator = true;
    private boolean begun;
    private long firstAtNanos;
    private long lastAtNanos;
    private int interfaceId;
    private int completeness;
    private boolean reset;
    private long segmentsAfterReset;
    private IcmpFacts icmp = IcmpFacts.NONE;

    /** The identity of a connection. */
    record Origin(
            long number,
            long scope,
            FourTuple tuple,
            @Nullable Continuation continues) {}

    /**
     * Creates a connection whose originator is known. It has no time limits, and segments with wrong checksums count too.
     *
     * @param tuple from the originator to the responder; only reported, segments are not compared with it
     */
    public Connection(FourTuple tuple) {
        this(
                new Origin(0, 0, tuple, null),
                new ZeekConnection(tuple, false, TimeLimits.OFF),
                new OrientationEvidence(Orientation.GIVEN, true),
                false);
    }

    Connection(Origin origin, ZeekConnection zeek, OrientationEvidence orienting, boolean skipWrongChecksums) {
        this.origin = origin;
        this.zeek = zeek;
        this.orientation = orienting.orientation();
        this.firstIsOriginator = orienting.senderIsOriginator();
        this.skipWrongChecksums = skipWrongChecksums;
    }

    /** Processes the next segment, in capture order; any content is accepted. */
    public void segment(Endpoint sender, TcpSegment segment) {
        segment((sender == Endpoint.ORIGINATOR) == firstIsOriginator, segment);
    }

    /** The same, by the position of the sender in the tuple. */
    void segment(boolean byFirst, TcpSegment segment) {
        EndpointTracker sender = byFirst ? first : second;
        EndpointTracker peer = byFirst ? second : first;
        touch(segment);
        if (segment.checksum() == TcpSegment.Checksum.WRONG) {
            sender.sent.counts().wrongChecksum();
            if (skipWrongChecksums) {
                zeek.wrongChecksum(byFirst);
                return;
            }
        }
        zeek.segment(byFirst, segment);
        completeness |= Completeness.of(segment.flags(), segment.payloadBytes());
        sender.sent.counts().segment(segment, peer.sent.inFlight());
        if (segment.has(TcpFlags.SYN)) {
            syn(byFirst, sender, peer, segment);
        }
        if (segment.has(TcpFlags.RST)) {
            rst(sender, peer, segment);
        } else {
            segmentsAfterReset += reset ? 1 : 0;
            stream(sender, peer, segment);
        }
    }

    private void touch(TcpSegment segment) {
        if (!begun) {
            begun = true;
            firstAtNanos = segment.atNanos();
            lastAtNanos = segment.atNanos();
            interfaceId = segment.interfaceId();
            zeek.beginAt(firstAtNanos);
        }
        lastAtNanos = Math.max(lastAtNanos, segment.atNanos());
    }

    private void syn(boolean byFirst, EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        OrientationEvidence found = OrientationEvidence.bySyn(segment, peer.syn.plainSynSeen());
        if (found.orientation().compareTo(orientation) < 0) {
            orientation = found.orientation();
            firstIsOriginator = byFirst == found.senderIsOriginator();
        }
        if (!segment.has(TcpFlags.ACK)) {
            handshake.synSent(peer, segment.atNanos());
        }
        sender.syn.syn(segment, peer.syn);
        sender.sent.beginAfterSyn(segment.sequenceNumber());
        TcpSegment one = sender.syn.first();
        TcpSegment other = peer.syn.first();
        if (one != null && other != null) {
            negotiate(sender, one.options(), peer, other.options());
        }
    }

    private static void negotiate(EndpointTracker one, TcpOptions ones, EndpointTracker other, TcpOptions others) {
        boolean both = ones.windowScale() >= 0 && others.windowScale() >= 0;
        one.window.negotiated(both ? ones.windowScale() : 0);
        other.window.negotiated(both ? others.windowScale() : 0);
    }

    private void rst(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        boolean accepted = ResetCheck.accepted(segment, sender, peer);
        close.rst(sender, segment, accepted);
        if (!accepted) {
            return;
        }
        reset = true;
        if (peer.states.state() == EndpointState.SYN_SENT && !sender.syn.seen()) {
            handshake.refused(segment.atNanos());
        }
        StateInference.reset(sender, peer, segment.atNanos());
    }

    private void stream(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        boolean peerHadFinished = peer.sent.finSeen();
        long unacknowledged = sender.sent.unacknowledged();
        long probes = sender.sent.probes();
        long fresh = sender.sent.segment(segment, peer.window.closed());
        sender.flight.sent(
                segment,
                sender.sent,
                sender.sent.unacknowledged() > unacknowledged,
                sender.sent.hasOldest(segment),
                sender.sent.probes() > probes);
        if (peerHadFinished) {
            sender.bytesAfterPeerFin += fresh;
        }
        sender.window.segment(segment);
        if (segment.has(TcpFlags.ACK)) {
            acknowledge(sender, peer, segment);
        }
        if (fresh > 0) {
            boolean owing = unacknowledged > 0 || peer.sent.unacknowledged() > 0;
            sender.turns.bytesSent(fresh, segment.atNanos(), peer.turns, !owing && !held(sender, peer));
        }
        if (segment.has(TcpFlags.FIN)) {
            close.fin(sender, peer, segment);
        }
        StateInference.segment(sender, peer, segment);
    }

    /** Whether a window was closed at any time since the last bytes in either direction. */
    private static boolean held(EndpointTracker one, EndpointTracker other) {
        long sinceNanos = Math.max(one.turns.lastAtNanos(), other.turns.lastAtNanos());
        return one.window.closedSince(sinceNanos) || other.window.closedSince(sinceNanos);
    }

    private void acknowledge(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        int number = segment.acknowledgmentNumber();
        boolean further = peer.sent.acknowledge(number);
        peer.flight.answered(peer.sent, further, segment.atNanos());
        if (further && peer.sent.finSeen()) {
            close.acknowledge(peer, number, segment.atNanos());
        }
        boolean first = peer.syn.acknowledge(number, segment.atNanos());
        boolean completes = peer.syn.seen() ? first && peer.syn.synAckSeen() : sender.syn.plainSynSeen();
        if (completes && !segment.has(TcpFlags.SYN)) {
            handshake.completed(segment.atNanos());
        }
    }

    /** Processes an ICMP error that quotes a segment of {@code against}. */
    public void icmpError(Endpoint against, IcmpError error) {
        icmp = new IcmpFacts(icmp.count() + 1, icmp.first() == null ? error : icmp.first(), error, against);
    }

    /** Whether both FINs were acknowledged or an RST was accepted, so that only stray segments can follow. */
    public boolean over() {
        return reset || (ended(first) && ended(second));
    }

    /** Whether both FINs were acknowledged and no RST was accepted. */
    public boolean finished() {
        return !reset && ended(first) && ended(second);
    }

    private static boolean ended(EndpointTracker endpoint) {
        return endpoint.states.state() == EndpointState.CLOSED || endpoint.states.state() == EndpointState.TIME_WAIT;
    }

    /** The current state of an endpoint; null before it sent or received anything. */
    public @Nullable TcpState state(Endpoint end) {
        return endpoint((end == Endpoint.ORIGINATOR) == firstIsOriginator)
                .states
                .state()
                .shown();
    }

    EndpointTracker endpoint(boolean isFirst) {
        return isFirst ? first : second;
    }

    ZeekConnection zeek() {
        return zeek;
    }

    Origin origin() {
        return origin;
    }

    long lastAtNanos() {
        return lastAtNanos;
    }

    /** The endpoint at this position of the tuple. */
    Endpoint end(boolean isFirst) {
        return isFirst == firstIsOriginator ? Endpoint.ORIGINATOR : Endpoint.RESPONDER;
    }

    /** The facts so far; {@link FlowEndReason#LIVING} for a snapshot. */
    public ConnectionFacts facts(FlowEndReason reason) {
        EndpointTracker originator = firstIsOriginator ? first : second;
        EndpointTracker responder = firstIsOriginator ? second : first;
        EndpointFacts originatorFacts = originator.facts(lastAtNanos);
        EndpointFacts responderFacts = responder.facts(lastAtNanos);
        return new ConnectionFacts(
                origin.number(),
                origin.scope(),
                firstIsOriginator ? origin.tuple() : origin.tuple().reversed(),
                orientation,
                !originator.syn.plainSynSeen(),
                firstAtNanos,
                lastAtNanos,
                reason,
                origin.continues(),
                handshake.facts(originator, responder),
                originatorFacts,
                responderFacts,
                close.facts(
                        endpoint -> endpoint == originator ? Endpoint.ORIGINATOR : Endpoint.RESPONDER,
                        timeWait(originator, responder),
                        segmentsAfterReset),
                zeek.facts(),
                completeness,
                MissedSegments.proved(originatorFacts, responderFacts),
                icmp,
                interfaceId);
    }

    private static TimeWaitHolder timeWait(EndpointTracker originator, EndpointTracker responder) {
        boolean one = originator.states.state() == EndpointState.TIME_WAIT;
        boolean other = responder.states.state() == EndpointState.TIME_WAIT;
        if (one && other) {
            return TimeWaitHolder.BOTH;
        }
        return one ? TimeWaitHolder.ORIGINATOR : other ? TimeWaitHolder.RESPONDER : TimeWaitHolder.NONE;
    }
}
