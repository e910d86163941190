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
import dev.finspect.wire.VirtualNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tracks one TCP connection, segment by segment. Used alone if the caller knows the connection of each segment (the legs of a
 * live session), or by {@link Connections} for many connections. Not thread-safe.
 */
public final class Connection {
    private final Origin origin;
    private final ZeekConnection zeek;
    /** Null where segments with wrong checksums count as any. */
    private final @Nullable WrongChecksums wrongChecksums;
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
    /** Null until an RST is accepted. */
    private @Nullable AcceptedReset reset;

    private boolean resetRefused;
    private long segmentsAfterReset;
    private List<VirtualNetwork> networks = SeenNetworks.NOWHERE;
    private IcmpFacts icmp = IcmpFacts.NONE;
    /** Follows the same TCP connection from its first segment on, where time limits cut it into several. */
    private @Nullable Connection whole;

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
        this.wrongChecksums = skipWrongChecksums ? new WrongChecksums() : null;
    }

    /** Processes the next segment, in capture order; any content is accepted. */
    public void segment(Endpoint sender, TcpSegment segment) {
        segment((sender == Endpoint.ORIGINATOR) == firstIsOriginator, segment);
    }

    /** The same, by the position of the sender in the tuple. */
    void segment(boolean byFirst, TcpSegment segment) {
        Connection chain = whole;
        if (chain != null) {
            chain.segment(segment.tuple().equals(chain.origin.tuple()), segment);
        }
        touch(segment);
        boolean wrong = segment.checksum() == TcpSegment.Checksum.WRONG;
        if (wrong) {
            endpoint(byFirst).sent.counts().wrongChecksum();
        }
        WrongChecksums checksums = wrongChecksums;
        if (wrong && checksums != null) {
            zeek.wrongChecksum(byFirst);
            if (checksums.wrong(byFirst, segment)) {
                count(byFirst, segment);
            }
            return;
        }
        if (checksums != null && segment.checksum() == TcpSegment.Checksum.RIGHT && checksums.right(byFirst, segment)) {
            checksums.decide(this::count);
        }
        zeek.segment(byFirst, segment);
        count(byFirst, segment);
    }

    private void count(boolean byFirst, TcpSegment segment) {
        EndpointTracker sender = byFirst ? first : second;
        EndpointTracker peer = byFirst ? second : first;
        completeness |= Completeness.of(segment.flags(), segment.payloadBytes());
        sender.sent.counts().segment(segment, peer.sent.inFlight());
        if (segment.has(TcpFlags.SYN)) {
            syn(byFirst, sender, peer, segment);
        }
        if (segment.has(TcpFlags.RST)) {
            rst(sender, peer, segment);
        } else {
            segmentsAfterReset += wasReset() ? 1 : 0;
            if (Challenge.is(segment, sender, peer)) {
                handshake.challenged(segment.atNanos());
                sender.flight.sent(segment, sender.sent, false, false, FlightTracker.Probe.NOTHING);
            } else {
                confirm(sender, peer, segment);
                stream(sender, peer, segment);
            }
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
        if (!networks.contains(segment.network())) {
            networks = SeenNetworks.with(networks, segment.network());
        }
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
        sender.syn.acknowledgeLate(peer.syn);
        sender.sent.beginAfterSyn(segment.sequenceNumber());
        if (segment.has(TcpFlags.ACK)) {
            sender.doubted.settle();
        }
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
        close.rst(sender, peer, segment, accepted);
        confirm(sender, peer, segment);
        sender.doubted.reset(segment);
        if (!accepted) {
            return;
        }
        if (reset == null) {
            reset = new AcceptedReset(sender, peer, segment.atNanos());
        }
        if (sender.states.state() == EndpointState.SYN_SENT && !peer.syn.seen()) {
            handshake.withdrawn(segment.atNanos());
        }
        if (peer.states.state() == EndpointState.SYN_SENT && !sender.syn.seen()) {
            handshake.refused(segment.atNanos());
        }
        StateInference.reset(sender, peer, segment.atNanos());
    }

    private void stream(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        boolean peerHadFinished = peer.sent.finSeen();
        long unacknowledged = sender.sent.unacknowledged();
        long keepAlives = sender.sent.keepAlives();
        long windowProbes = sender.sent.zeroWindowProbes();
        long fresh = sender.sent.segment(segment, peer.window.closed());
        sender.flight.sent(
                segment,
                sender.sent,
                sender.sent.unacknowledged() > unacknowledged,
                sender.sent.hasOldest(segment),
                sender.sent.zeroWindowProbes() > windowProbes
                        ? FlightTracker.Probe.WINDOW
                        : sender.sent.keepAlives() > keepAlives
                                ? FlightTracker.Probe.PEER
                                : FlightTracker.Probe.NOTHING);
        if (peerHadFinished) {
            sender.bytesAfterPeerFin += fresh;
        }
        sender.window.segment(segment);
        if (segment.has(TcpFlags.ACK)) {
            acknowledge(sender, peer, segment);
        }
        withdrawRefusedReset(sender);
        sender.flight.compare(sender.sent, peer.window, segment.atNanos());
        peer.flight.compare(peer.sent, sender.window, segment.atNanos());
        long readable = sender.sent.takeReadable();
        if (readable > 0) {
            boolean owing = unacknowledged > 0 || peer.sent.unacknowledged() > 0;
            boolean crossed = peer.sent.unacknowledged() > (peer.sent.finSeen() ? 1 : 0);
            sender.turns.bytesSent(readable, segment.atNanos(), peer.turns, crossed, !owing && !held(sender, peer));
        }
        if (segment.has(TcpFlags.FIN)) {
            close.fin(sender, peer, segment);
        }
        StateInference.segment(sender, peer, segment);
    }

    /** A receiver that goes on has not accepted the RST, such as one that has it confirmed (RFC 5961 section 3.2). */
    private void withdrawRefusedReset(EndpointTracker sender) {
        AcceptedReset accepted = reset;
        if (accepted != null && accepted.isRefusedBy(sender)) {
            accepted.withdraw();
            close.refused(accepted.sender(), accepted.atNanos());
            reset = null;
            resetRefused = true;
            segmentsAfterReset = 0;
        }
    }

    /** Counts a doubted acknowledgment after all, if this segment shows that its sender had sent what was acknowledged. */
    private void confirm(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        DoubtedAck doubted = sender.doubted;
        if ((!segment.has(TcpFlags.RST) || segment.has(TcpFlags.ACK)) && doubted.confirmedBy(segment)) {
            acknowledge(peer, sender, doubted.number(), doubted.atNanos(), true);
            handshake.completedBefore(doubted.atNanos());
            sender.states.signal(EndpointSignal.GOT_ACK_OF_SYN, doubted.atNanos());
        }
    }

    /** Whether a window was closed at any time since the last bytes in either direction. */
    private static boolean held(EndpointTracker one, EndpointTracker other) {
        long sinceNanos = Math.max(one.turns.lastAtNanos(), other.turns.lastAtNanos());
        return one.window.closedSince(sinceNanos) || other.window.closedSince(sinceNanos);
    }

    private void acknowledge(EndpointTracker sender, EndpointTracker peer, TcpSegment segment) {
        int number = segment.acknowledgmentNumber();
        TcpSegment syn = peer.syn.first();
        if (segment.has(TcpFlags.SYN) && syn != null && !SynTracker.covers(syn, number)) {
            return; // Its answer is an RST (RFC 9293 section 3.10.7.3).
        }
        boolean opening = peer.syn.synAckSeen() && !peer.syn.acknowledged() && !segment.has(TcpFlags.SYN);
        if (opening && peer.doubted.doubts(segment, peer)) {
            return;
        }
        // Who sent bytes that were not captured, or got bytes, has sent an ACK before.
        boolean gap = sender.syn.seen() && sender.sent.hasGapBefore(segment.sequenceNumber());
        boolean before = opening && (gap || peer.syn.exceeds(number)) && !fastOpen(sender);
        acknowledge(sender, peer, number, segment.atNanos(), segment.has(TcpFlags.SYN) || before || wasReset());
        peer.flight.sizes().sacked(segment.options().sack(), number);
        if (before && !wasReset()) {
            handshake.completedBefore(segment.atNanos());
        }
    }

    private static boolean fastOpen(EndpointTracker sender) {
        TcpSegment syn = sender.syn.first();
        return syn != null && syn.payloadBytes() > 0;
    }

    /** Processes the number that {@code receiver} acknowledged; {@code silent} where it is not the ACK of the handshake. */
    private void acknowledge(
            EndpointTracker receiver, EndpointTracker owner, int number, long atNanos, boolean silent) {
        boolean further = owner.sent.acknowledge(number);
        owner.flight.answered(owner.sent, further, atNanos);
        long late = owner.sent.takeReadable();
        if (late > 0) {
            owner.turns.bytesSent(late, owner.sent.lastInOrderAtNanos(), receiver.turns, false, false);
        }
        if (further && owner.sent.finSeen()) {
            close.acknowledge(owner, number, atNanos);
        }
        boolean first = owner.syn.acknowledge(number, atNanos);
        TcpSegment counts = owner.syn.first();
        if (first && counts != null) {
            owner.doubted.settle();
            owner.sent.beginAfterSyn(counts.sequenceNumber());
        }
        boolean completes = owner.syn.seen() ? first && owner.syn.synAckSeen() : receiver.syn.plainSynSeen();
        if (completes && !silent) {
            handshake.completed(atNanos);
        }
    }

    /** Whether an RST was accepted. */
    boolean wasReset() {
        return reset != null;
    }

    /** Whether it lives on after an RST that seemed to be accepted, and was not. */
    boolean outlivedReset() {
        return resetRefused && !over();
    }

    /** Continues another one: its facts will be those of both, beside its own. */
    void goOnFrom(Connection earlier) {
        Connection chain = earlier.whole;
        whole = chain == null ? earlier : chain;
    }

    /** Processes an ICMP error that quotes a segment of {@code against}. */
    public void icmpError(Endpoint against, IcmpError error) {
        Connection chain = whole;
        if (chain != null) {
            chain.icmpError(against, error);
        }
        icmp = new IcmpFacts(icmp.count() + 1, icmp.first() == null ? error : icmp.first(), error, against);
    }

    /** Whether both FINs were acknowledged or an RST was accepted, so that only stray segments can follow. */
    public boolean over() {
        return wasReset() || (ended(first) && ended(second));
    }

    /** Whether both FINs were acknowledged and no RST was accepted. */
    public boolean finished() {
        return !wasReset() && ended(first) && ended(second);
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

    List<VirtualNetwork> networks() {
        return networks;
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
        HandshakeFacts opening = handshake.facts(originator, responder);
        WrongChecksums checksums = wrongChecksums;
        EndpointFacts originatorFacts = originator.facts(Endpoint.ORIGINATOR, responder.window, lastAtNanos);
        EndpointFacts responderFacts = responder.facts(Endpoint.RESPONDER, originator.window, lastAtNanos);
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
                opening,
                originatorFacts,
                responderFacts,
                close.facts(
                        endpoint -> endpoint == originator ? Endpoint.ORIGINATOR : Endpoint.RESPONDER,
                        timeWait(originator, responder),
                        segmentsAfterReset),
                zeek.facts(),
                completeness,
                MissedSegments.proved(opening, originatorFacts, responderFacts),
                icmp,
                checksums == null ? 0 : checksums.dataLeftOut(),
                interfaceId,
                SeenNetworks.numbered(networks),
                whole == null ? null : whole.facts(reason));
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
