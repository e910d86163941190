package dev.finspect.session.join;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.Connection;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.LegWire;
import dev.finspect.session.LegCapture;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.kept.HeaderRing;
import dev.finspect.session.kept.HeaderRings;
import dev.finspect.session.kept.KeptCapture;
import dev.finspect.session.kept.LastHeaders;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.SequenceNumber;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.TcpSegment;
import dev.finspect.wire.TcpSegment.Direction;
import org.jspecify.annotations.Nullable;

/**
 * One connection in the capture, and the leg of a session that it belongs to. Written by the capture's thread, read by event
 * loops.
 */
final class WireLeg implements LegCapture {
    /** The misfit of a segment that belongs to another connection. */
    static final long ALIEN = Long.MAX_VALUE;

    /** The largest window of all (RFC 7323): numbers further away are another connection's. */
    static final long WINDOW_BYTES = 1L << 30;

    private final FourTuple tuple;
    private final Connection connection;
    private final HeaderRings rings;
    /** Null once it is given away: another connection may have it by then. */
    private @Nullable HeaderRing headers;

    private final EchoFilter fromOriginator = new EchoFilter();
    private final EchoFilter fromResponder = new EchoFilter();
    private final long bornAtNanos;
    private long followedSinceNanos;

    private CaptureMode mode = CaptureMode.LIFECYCLE;
    private boolean beginMissed;
    private @Nullable Leg leg;
    private @Nullable LegKey key;
    private boolean synSeen;
    private boolean seen;
    private @Nullable Integer nextOfOriginator;
    private @Nullable Integer nextOfResponder;
    private @Nullable Integer initialSequenceNumber;
    private int interfaceId = -1;
    private long lastAtNanos;
    private long droppedPackets;
    private boolean outgoing;
    private boolean resetByResponder;
    private boolean cut;
    private @Nullable IcmpError lastError;

    /** Another connection between the same ports. */
    @Nullable
    WireLeg elder;

    /** Another connection from the same end. */
    @Nullable
    WireLeg elderOfOriginator;

    /** The session that it belongs to; null while no session has claimed it. */
    @Nullable
    CapturedSession capturedSession;

    /** Whether it was already reported as a failed attempt. */
    boolean attemptReported;

    /**
     * A connection that is followed from now on.
     *
     * @param tuple from the originator to the responder
     */
    WireLeg(FourTuple tuple, HeaderRings rings, long bornAtNanos) {
        this.tuple = tuple;
        this.connection = new Connection(tuple);
        this.rings = rings;
        this.headers = rings.take();
        this.bornAtNanos = bornAtNanos;
        this.followedSinceNanos = bornAtNanos;
        this.lastAtNanos = bornAtNanos;
    }

    FourTuple tuple() {
        return tuple;
    }

    /** Which leg of its session it is; null while no session has claimed it. */
    @Nullable
    Leg leg() {
        return leg;
    }

    /**
     * Assigns it to a leg of a session.
     *
     * @param by how the session identifies it
     * @param mayLackBegin whether the capture may have begun later
     */
    synchronized void claimed(Leg as, CaptureMode capturedAs, LegKey by, boolean mayLackBegin) {
        leg = as;
        mode = capturedAs;
        beginMissed = mayLackBegin;
        key = by;
        Integer number = by.initialSequenceNumber();
        if (initialSequenceNumber == null && number != null) {
            initialSequenceNumber = number;
            nextOfOriginator = number + 1;
        }
    }

    /** Takes a segment of this connection. A segment that was already seen on another interface is left out. */
    synchronized void segment(SegmentBatch batch, int index) {
        TcpSegment segment = batch.segment(index);
        Endpoint sender = isByOriginator(segment.tuple()) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER;
        if ((sender == Endpoint.ORIGINATOR ? fromOriginator : fromResponder).isEcho(segment)) {
            return;
        }
        follow(sender, segment);
        interfaceId = segment.interfaceId();
        lastAtNanos = Math.max(lastAtNanos, segment.atNanos());
        boolean before = connection.over();
        connection.segment(sender, segment);
        resetByResponder |= sender == Endpoint.RESPONDER && segment.has(TcpFlags.RST) && connection.over() && !before;
        if (headers != null) {
            headers.add(batch, index);
        }
    }

    private void follow(Endpoint sender, TcpSegment segment) {
        seen = true;
        boolean acknowledges = segment.has(TcpFlags.ACK);
        if (sender == Endpoint.ORIGINATOR) {
            nextOfOriginator = segment.endSequenceNumber();
            nextOfResponder = acknowledges ? later(nextOfResponder, segment) : nextOfResponder;
            if (isSyn(segment)) {
                synSeen = true;
                outgoing |= segment.direction() == Direction.OUTGOING;
                initialSequenceNumber =
                        initialSequenceNumber == null ? (Integer) segment.sequenceNumber() : initialSequenceNumber;
            }
        } else {
            nextOfResponder = segment.endSequenceNumber();
            nextOfOriginator = acknowledges ? later(nextOfOriginator, segment) : nextOfOriginator;
        }
    }

    /** What was acknowledged was sent, even where segments with payload are not captured. */
    private static @Nullable Integer later(@Nullable Integer known, TcpSegment segment) {
        int acknowledged = segment.acknowledgmentNumber();
        return known != null && SequenceNumber.distance(known, acknowledged) > 0 ? (Integer) acknowledged : known;
    }

    /** Takes an ICMP error that quotes a segment of this connection. One already seen on another interface is left out. */
    synchronized void icmpError(IcmpError error, byte[] packet) {
        IcmpError last = lastError;
        if (last != null && EchoFilter.isEcho(last, error)) {
            return;
        }
        lastError = error;
        connection.icmpError(isByOriginator(error.quoted()) ? Endpoint.ORIGINATOR : Endpoint.RESPONDER, error);
        if (headers != null) {
            headers.add(error, packet);
        }
    }

    /** The capture lost packets while this connection lived; some may have been its own. */
    synchronized void dropped(long packets) {
        droppedPackets += packets;
    }

    /** What is known now; null while no segment has been captured or no session has claimed it. */
    @Override
    public synchronized @Nullable LegWire wire() {
        return leg == null ? null : wire(leg == Leg.CLIENT ? Endpoint.ORIGINATOR : Endpoint.RESPONDER);
    }

    @Override
    public synchronized @Nullable TcpState peerState() {
        return leg == null || cut
                ? null
                : connection.state(leg == Leg.CLIENT ? Endpoint.ORIGINATOR : Endpoint.RESPONDER);
    }

    /** What is known now, with the given end as the peer; null while no segment has been captured. */
    synchronized @Nullable LegWire wire(Endpoint peer) {
        if (!seen) {
            return null;
        }
        // A SYN comes first: without losses its absence means that the capture began later.
        boolean startMissed = !synSeen && (beginMissed || droppedPackets == 0);
        FlowEndReason ending =
                connection.over() ? FlowEndReason.CLOSED : cut ? FlowEndReason.CAPTURE_ENDED : FlowEndReason.LIVING;
        ConnectionFacts facts = connection.facts(ending);
        return new LegWire(mode, startMissed, droppedPackets, peer, facts, null);
    }

    /** Marks that the capture ended while the connection may go on. */
    synchronized void cut() {
        cut = true;
    }

    /** Whether both ends have closed and nothing but stray segments will follow; after an RST more may, from the other end. */
    synchronized boolean finished() {
        return connection.finished();
    }

    /** What is kept so far; null while no session has claimed it, or where nothing is kept. */
    synchronized @Nullable KeptCapture kept() {
        return leg == null || headers == null ? null : KeptCapture.of(leg, headers, droppedPackets);
    }

    /**
     * The headers themselves, once no segment is expected any more; null where they were forgotten. The caller has them from then
     * on, and this keeps none.
     */
    synchronized @Nullable LastHeaders lastHeaders() {
        HeaderRing last = headers;
        headers = null;
        if (last == null) {
            return null;
        }
        rings.settle(last);
        return new LastHeaders(leg, last, droppedPackets);
    }

    /** Forgets the headers, and keeps none from now on. */
    synchronized void forgetHeaders() {
        if (headers != null) {
            rings.giveBack(headers);
            headers = null;
        }
    }

    /**
     * Whether this SYN began the connection. A SYN after the end of the connection begins another one, even with the same
     * number, which programs that make their own segments may use twice.
     */
    synchronized boolean beganWith(int sequenceNumber) {
        return initialSequenceNumber != null && initialSequenceNumber == sequenceNumber && !connection.over();
    }

    /** Whether it was claimed before any of its segments was captured, and this SYN can be its own. */
    boolean awaits(TcpSegment syn) {
        return key != null && !seen && key.fits(syn.sequenceNumber(), syn.atNanos());
    }

    /** Whether this unclaimed connection can be the leg of this key. */
    boolean canBe(LegKey wanted) {
        Integer number = initialSequenceNumber;
        return number != null
                && wanted.fits(number, bornAtNanos)
                && (wanted.initialSequenceNumber() != null
                        || (wanted.established() ? !resetByResponder || established() : !established()));
    }

    /**
     * How badly a segment of these ports, no SYN, fits into this connection: 0 fits, the larger the worse, {@link #ALIEN}
     * is another connection's. A connection without any captured segment is the last choice: ports are used again, and
     * segments of an earlier connection can come after the later one was claimed.
     */
    long misfit(TcpSegment segment) {
        if (!seen && !beginMissed && isBefore(segment)) {
            return ALIEN;
        }
        boolean byOriginator = isByOriginator(segment.tuple());
        long bySequence = distance(byOriginator ? nextOfOriginator : nextOfResponder, segment.sequenceNumber());
        long byAcknowledgment = segment.has(TcpFlags.ACK)
                ? distance(byOriginator ? nextOfResponder : nextOfOriginator, segment.acknowledgmentNumber())
                : 0;
        long elsewhere = interfaceId == segment.interfaceId() || interfaceId < 0 ? 0 : 1;
        long unknown = !seen && initialSequenceNumber == null ? WINDOW_BYTES : 0;
        return bySequence + byAcknowledgment + elsewhere + unknown + (goesTheOtherWay(segment) ? WINDOW_BYTES / 2 : 0);
    }

    /**
     * Whether the segment leaves this host where this connection's from that end come in, or the other way round: both legs of
     * a session whose client's address is kept have one and the same ports, and their numbers can be close together.
     */
    private boolean goesTheOtherWay(TcpSegment segment) {
        Direction direction = segment.direction();
        return synSeen
                && direction != Direction.UNKNOWN
                && (direction == Direction.OUTGOING) != (isByOriginator(segment.tuple()) == outgoing);
    }

    /** Whether a segment is from before this connection, by its numbers or, where these are not known, by its time. */
    private boolean isBefore(TcpSegment segment) {
        Integer first = initialSequenceNumber;
        if (first == null) {
            return segment.atNanos() < bornAtNanos;
        }
        if (isByOriginator(segment.tuple())) {
            return SequenceNumber.distance(first, segment.sequenceNumber()) < 0;
        }
        return segment.has(TcpFlags.ACK) && SequenceNumber.distance(first, segment.acknowledgmentNumber()) <= 0;
    }

    /** Whether an ICMP error can be about this connection: the number it quotes, if any, is near what was sent. */
    boolean canHaveSent(IcmpError error) {
        Integer number = error.quotedSequenceNumber();
        Integer expected = isByOriginator(error.quoted()) ? nextOfOriginator : nextOfResponder;
        return number == null || distance(expected, number) < WINDOW_BYTES;
    }

    private static long distance(@Nullable Integer expected, int number) {
        return expected == null ? 0 : Math.abs((long) SequenceNumber.distance(expected, number));
    }

    long bornAtNanos() {
        return bornAtNanos;
    }

    /** Since when it has been followed, as far as the wall clock that now is goes back. */
    long followedSinceNanos() {
        return followedSinceNanos;
    }

    long lastAtNanos() {
        return lastAtNanos;
    }

    /** The wall clock was set back: no time of it is to lie ahead of {@code nowNanos}. */
    synchronized void clockSetBack(long nowNanos) {
        followedSinceNanos = Math.min(followedSinceNanos, nowNanos);
        lastAtNanos = Math.min(lastAtNanos, nowNanos);
    }

    /** Whether the responder has refused or cut it off, by an RST that the originator would take. */
    boolean resetByResponder() {
        return resetByResponder;
    }

    /** Whether its SYN left this host, so that it was meant for none of its listeners. */
    boolean outgoing() {
        return outgoing;
    }

    /** Whether its handshake was completed. */
    synchronized boolean established() {
        return connection.facts(FlowEndReason.LIVING).handshake().ackAtNanos() != null;
    }

    /** By the source alone: under a REDIRECT the answers come from another address than the questions go to. */
    private boolean isByOriginator(FourTuple of) {
        return of.sourcePort() == tuple.sourcePort() && of.source().equals(tuple.source());
    }

    static boolean isSyn(TcpSegment segment) {
        return segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK);
    }
}
