package dev.finspect.lifecycle.zeek;

import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.TimeLimits;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.TcpSegment;
import org.jspecify.annotations.Nullable;

/**
 * One connection as Zeek's TCP analyzer follows it, by Zeek's rules for who is the originator, what counts as closed, and
 * which gaps are reported. The first and the second side stay the same; which of them is the originator can change.
 */
public final class ZeekConnection
        implements ZeekReassembly.GapListener, ZeekStateMachine.Events, ZeekTimers.ZeekActivity {
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
    private final ZeekTimers timers;
    private long startNanos;
    private long lastNanos;
    private long missedBytes;
    private boolean firstIsOriginator = true;
    private boolean partial;
    private boolean originatorSent;
    private boolean responderSent;
    private boolean closeDeferred;

    /**
     * Creates a connection that has no segment yet.
     *
     * @param tuple from the first side to the second
     * @param swapped whether the second side counts as originator because of its port
     */
    public ZeekConnection(FourTuple tuple, boolean swapped, TimeLimits limits) {
        this.tuple = tuple;
        this.timers = new ZeekTimers(limits);
        if (swapped) {
            firstIsOriginator = false;
            history.rolesSwapped();
        }
    }

    /** Sets the time of the first segment, whether its checksum is right or not. */
    public void beginAt(long atNanos) {
        startNanos = atNanos;
        lastNanos = atNanos;
        timers.started(atNanos);
    }

    /** Whether it is closed and is kept only until {@link TimeLimits#afterClose()} has passed. */
    public boolean isClosed() {
        return timers.isClosed();
    }

    /** Why it ends if no segment arrives before {@code nowNanos}; null if it does not end. */
    public @Nullable FlowEndReason endReason(long nowNanos) {
        return timers.endReason(this, nowNanos);
    }

    private ZeekEndpoint originator() {
        return firstIsOriginator ? first : second;
    }

    private ZeekEndpoint responder() {
        return firstIsOriginator ? second : first;
    }

    @Override
    public long lastNanos() {
        return lastNanos;
    }

    /** Whether either side has closed or reset it. */
    public boolean anyClosed() {
        return first.closed || second.closed;
    }

    @Override
    public boolean unanswered() {
        ZeekState state = originator().state;
        return (state == ZeekState.SYN_SENT || state == ZeekState.SYN_ACK_SENT)
                && responder().state == ZeekState.INACTIVE;
    }

    @Override
    public boolean probablyOver() {
        ZeekState one = first.state;
        ZeekState other = second.state;
        boolean inactive = one == ZeekState.INACTIVE || other == ZeekState.INACTIVE;
        boolean reset = one == ZeekState.RESET || other == ZeekState.RESET;
        boolean nothing = one == ZeekState.INACTIVE && other == ZeekState.INACTIVE;
        return nothing || (anyClosed() && (inactive || reset));
    }

    /** Counts a segment with a wrong checksum; nothing else of it is used. */
    public void wrongChecksum(boolean byFirst) {
        history.counted(byFirst == firstIsOriginator, byFirst ? 0 : 1, 'C');
    }

    /** Processes a segment, sent by the first side or by the second. */
    public void segment(boolean byFirst, TcpSegment segment) {
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
        boolean closes = ZeekStateMachine.step(this, sender, peer, segment, byOriginator);
        if (ack && stream(peer).acknowledged(acknowledgment, partial)) {
            checkEnd(peer);
        }
        hasSent(byOriginator);
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
            swapRoles();
            history.rewriteLoneSynAck();
            originatorSent = true;
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

    /** Until each side has sent a segment: notes whether the beginning of the connection was missed. */
    private void notePartial(boolean byOriginator, int flags) {
        boolean syn = (flags & TcpFlags.SYN) != 0;
        if (byOriginator && !originatorSent) {
            partial = !syn || (flags & TcpFlags.ACK) != 0;
        } else if (!byOriginator && !responderSent && !partial) {
            partial = !syn;
        }
    }

    private void hasSent(boolean byOriginator) {
        if (byOriginator) {
            originatorSent = true;
        } else {
            responderSent = true;
        }
    }

    @Override
    public void rolesSwapped() {
        swapRoles();
        history.rolesSwapped();
        originatorSent = true;
    }

    private void swapRoles() {
        firstIsOriginator = !firstIsOriginator;
        boolean sent = originatorSent;
        originatorSent = responderSent;
        responderSent = sent;
        partial = false;
    }

    @Override
    public void synSent(long atNanos) {
        timers.synSent(atNanos);
    }

    @Override
    public void resetSent() {
        timers.reset();
    }

    @Override
    public ZeekState originatorState() {
        return originator().state;
    }

    @Override
    public void beginningSeen(boolean byOriginator) {
        partial = false;
        hasSent(byOriginator);
    }

    @Override
    public void established() {
        int port = firstIsOriginator ? tuple.destinationPort() : tuple.sourcePort();
        if (port == SSH || port == FTP || port == TELNET || port == LOGIN) {
            timers.interactive();
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
            timers.closed(lastNanos);
        } else if (endpoint.previous != ZeekState.INACTIVE) {
            timers.halfClosed(lastNanos);
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

    /** The connection so far in Zeek's terms. */
    public ZeekFacts facts() {
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
