package dev.finspect.lifecycle.connection;

import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;

/**
 * One connection as Zeek's TCP analyzer follows it, with its conventions on who is the originator, what counts as closed, and
 * which gaps are worth a word. Its sides keep their places; which of them is the originator can change.
 */
final class ZeekView implements ZeekReassembly.Gaps {
    private static final int SSH = 22;
    private static final int FTP = 21;
    private static final int TELNET = 23;
    private static final int LOGIN = 513;

    private final FourTuple tuple;
    private final ZeekEndpoint first = new ZeekEndpoint();
    private final ZeekEndpoint second = new ZeekEndpoint();
    private final ZeekReassembly firstStream = new ZeekReassembly(first, this);
    private final ZeekReassembly secondStream = new ZeekReassembly(second, this);
    private final ZeekHistory history = new ZeekHistory();
    private final ZeekClock clock;
    private long startNanos;
    private long lastNanos;
    private long missedBytes;
    private boolean firstIsOriginator = true;
    private boolean partial;
    private boolean originatorSpoke;
    private boolean responderSpoke;
    private boolean closeDeferred;

    /**
     * A connection before its first segment.
     *
     * @param tuple from the side called first
     * @param turned whether the second counts as originator by its port
     */
    ZeekView(FourTuple tuple, boolean turned, TimeLimits limits) {
        this.tuple = tuple;
        this.clock = new ZeekClock(limits);
        if (turned) {
            firstIsOriginator = false;
            history.turned();
        }
    }

    /** The time of its first segment, whatever its checksum. */
    void beginAt(long atNanos) {
        startNanos = atNanos;
        lastNanos = atNanos;
        clock.started(atNanos);
    }

    ZeekClock clock() {
        return clock;
    }

    ZeekEndpoint originator() {
        return firstIsOriginator ? first : second;
    }

    private ZeekEndpoint responder() {
        return firstIsOriginator ? second : first;
    }

    long lastNanos() {
        return lastNanos;
    }

    /** Whether either side has closed or reset it. */
    boolean anyClosed() {
        return first.closed || second.closed;
    }

    /** Whether nobody answered its SYN. */
    boolean unanswered() {
        ZeekState state = originator().state;
        return (state == ZeekState.SYN_SENT || state == ZeekState.SYN_ACK_SENT)
                && responder().state == ZeekState.INACTIVE;
    }

    /** Whether nothing more is to be expected after a silence. */
    boolean probablyOver() {
        ZeekState one = first.state;
        ZeekState other = second.state;
        boolean inactive = one == ZeekState.INACTIVE || other == ZeekState.INACTIVE;
        boolean reset = one == ZeekState.RESET || other == ZeekState.RESET;
        boolean nothing = one == ZeekState.INACTIVE && other == ZeekState.INACTIVE;
        return nothing || (anyClosed() && (inactive || reset));
    }

    /** A segment came whose checksum is wrong, and that is all that counts of it. */
    void corrupt(boolean byFirst) {
        history.counted(byFirst == firstIsOriginator, byFirst ? 0 : 1, 'C');
    }

    /** Takes a segment. */
    void segment(boolean byFirst, TcpSegment segment) {
        ZeekEndpoint sender = byFirst ? first : second;
        ZeekEndpoint peer = byFirst ? second : first;
        boolean byOriginator = byFirst == firstIsOriginator;
        int flags = segment.flags();
        boolean rst = (flags & TcpFlags.RST) != 0;
        int bytes = segment.payloadBytes();
        int length = (rst ? 0 : bytes) + ((flags & TcpFlags.SYN) != 0 ? 1 : 0) + ((flags & TcpFlags.FIN) != 0 ? 1 : 0);
        int end = segment.sequenceNumber() + length;

        notePartial(byOriginator, flags);
        sender.begin(segment, end);
        long relative = sender.relative(segment.sequenceNumber());
        note(byFirst, segment, relative);
        if (!first.closed || !second.closed) {
            lastNanos = segment.atNanos();
        }
        if ((flags & TcpFlags.FIN) != 0) {
            sender.finSeen = true;
            sender.finEnd = relative + length;
        }
        boolean ack = (flags & TcpFlags.ACK) != 0;
        long acknowledgment = ack ? acknowledge(peer, segment.acknowledgmentNumber(), rst) : 0;
        if (sender.advance(end, segment)) {
            history.counted(byFirst == firstIsOriginator, byFirst ? 0 : 1, 'T');
        }
        boolean closes = ZeekMachine.step(this, sender, peer, segment, byOriginator);
        if (ack && stream(peer).acknowledged(acknowledgment, partial)) {
            checkEnd(peer);
        }
        spoke(byOriginator);
        if (bytes > 0 && !rst && relative >= 0) {
            long from = (flags & TcpFlags.SYN) != 0 ? relative + 1 : relative;
            stream(sender).data(from, from + bytes);
        }
        checkEnd(sender);
        if (closes) {
            close(sender, peer);
        }
        sender.packets++;
        sender.ipBytes += segment.ipBytes();
    }

    private void note(boolean byFirst, TcpSegment segment, long relative) {
        int flags = segment.flags();
        boolean plain = (flags & (TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST)) == 0;
        boolean speaks = segment.payloadBytes() > 0 || (flags & TcpFlags.ACK) != 0;
        if (plain && speaks && history.isLoneSynAck()) {
            turn();
            history.rewriteLoneSynAck();
            originatorSpoke = true;
        }
        int side = byFirst ? 0 : 1;
        boolean byOriginator = byFirst == firstIsOriginator;
        history.segment(byOriginator, side, flags, relative, segment.payloadBytes());
        ZeekEndpoint sender = byFirst ? first : second;
        ZeekEndpoint peer = byFirst ? second : first;
        if (segment.windowField() == 0
                && (flags & TcpFlags.RST) == 0
                && peer.state != ZeekState.CLOSED
                && sender.state != ZeekState.RESET) {
            history.counted(byOriginator, side, 'W');
        }
    }

    private static long acknowledge(ZeekEndpoint peer, int number, boolean rst) {
        if (peer.state == ZeekState.INACTIVE) {
            peer.beginBefore(number);
            return 1;
        }
        long relative = peer.relativeAcknowledgment(number);
        if (relative < 0) {
            return 0;
        }
        if (!rst) {
            peer.acknowledge(number);
        }
        return relative;
    }

    /** Until each side has spoken: whether its beginning was not seen. */
    private void notePartial(boolean byOriginator, int flags) {
        boolean syn = (flags & TcpFlags.SYN) != 0;
        if (byOriginator && !originatorSpoke) {
            partial = !syn || (flags & TcpFlags.ACK) != 0;
        } else if (!byOriginator && !responderSpoke && !partial) {
            partial = !syn;
        }
    }

    private void spoke(boolean byOriginator) {
        if (byOriginator) {
            originatorSpoke = true;
        } else {
            responderSpoke = true;
        }
    }

    /** Originator and responder change places. */
    void turnRound() {
        turn();
        history.turned();
    }

    private void turn() {
        firstIsOriginator = !firstIsOriginator;
        boolean spoke = originatorSpoke;
        originatorSpoke = responderSpoke;
        responderSpoke = spoke;
        partial = false;
    }

    void fromOriginatorSeen() {
        originatorSpoke = true;
    }

    /** It turned out to have been seen from its beginning, but for a segment. */
    void wholeAfterAll(boolean byOriginator) {
        partial = false;
        spoke(byOriginator);
    }

    /** Its handshake was seen. */
    void established() {
        int port = firstIsOriginator ? tuple.destinationPort() : tuple.sourcePort();
        if (port == SSH || port == FTP || port == TELNET || port == LOGIN) {
            clock.interactive();
        }
    }

    private ZeekReassembly stream(ZeekEndpoint endpoint) {
        return endpoint == first ? firstStream : secondStream;
    }

    private void checkEnd(ZeekEndpoint endpoint) {
        ZeekEndpoint other = endpoint == first ? second : first;
        if (stream(endpoint).ends(stream(other)) && closeDeferred) {
            close(endpoint, other);
            closeDeferred = false;
        }
    }

    private void close(ZeekEndpoint endpoint, ZeekEndpoint other) {
        if (stream(endpoint).pending(stream(other))) {
            closeDeferred = true;
            return;
        }
        closeDeferred = false;
        if (endpoint.closed) {
            return;
        }
        endpoint.closed = true;
        if (endpoint.state == ZeekState.RESET || other.closed || other.state == ZeekState.INACTIVE) {
            clock.closed(lastNanos);
        } else if (endpoint.previous != ZeekState.INACTIVE) {
            clock.halfClosed(lastNanos);
        }
    }

    @Override
    public void gap(ZeekEndpoint sender, long bytes) {
        if (clean(first) && clean(second)) {
            history.counted(sender == originator(), sender == first ? 0 : 1, 'G');
            missedBytes += bytes;
        }
    }

    private static boolean clean(ZeekEndpoint endpoint) {
        return endpoint.state == ZeekState.ESTABLISHED
                || (endpoint.state == ZeekState.CLOSED && endpoint.previous == ZeekState.ESTABLISHED);
    }

    ZeekFacts facts() {
        ZeekEndpoint originator = originator();
        ZeekEndpoint responder = responder();
        long originatorBytes = originator.bytes(responder.state);
        long responderBytes = responder.bytes(originator.state);
        long duration = lastNanos - startNanos;
        return new ZeekFacts(
                firstIsOriginator ? tuple : tuple.reversed(),
                ZeekConnState.of(
                        originator.state,
                        responder.state,
                        originatorBytes == 0 && responderBytes == 0,
                        history.isSynThenReset()),
                history.letters(),
                duration > 0 ? duration : null,
                duration > 0 ? originatorBytes : null,
                duration > 0 ? responderBytes : null,
                missedBytes,
                originator.packets,
                originator.ipBytes,
                responder.packets,
                responder.ipBytes);
    }
}
