package dev.finspect.session.file;

import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.CloseSegment.Kind;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Endpoint;
import dev.finspect.lifecycle.connection.EndpointFacts;
import dev.finspect.lifecycle.connection.FlightFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.WireClosing;
import dev.finspect.record.WireFacts;
import org.jspecify.annotations.Nullable;

/**
 * What came in on one leg in one direction, beside what went out on the other: whether both can be the same bytes, and whether
 * they show that they are.
 */
final class PassedBytes {
    /** How soon a proxy passes on what it can pass on. */
    private static final long SOON_NANOS = 1_000_000_000L;
    /** Most bytes that a proxy holds back for a peer that does not read: its own buffers and those of both sockets. */
    private static final long MOST_HELD_BYTES = 32L << 20;
    /** A head that a proxy adds or takes away: at least {@code PROXY UNKNOWN}, at most what the PROXY protocol advises. */
    private static final long LEAST_HEAD_BYTES = 15;

    private static final long MOST_HEAD_BYTES = 536;
    /** The initial congestion window (RFC 6928), and the size of a segment where the receiver names none (RFC 9293). */
    private static final long FIRST_SEGMENTS = 10;

    private static final long DEFAULT_SEGMENT_BYTES = 536;
    /** Fewer bytes are alike by chance. */
    private static final long FEW_BYTES = 16;

    private final ConnectionFacts in;
    private final Endpoint from;
    private final ConnectionFacts out;
    private final Endpoint by;
    private final StreamFacts source;
    private final StreamFacts target;
    private final long came;
    private final long went;
    private final long untilNanos;

    /** What {@code from} sent on one leg, and what the proxy as {@code by} sent on the other, until this time. */
    PassedBytes(ConnectionFacts in, Endpoint from, ConnectionFacts out, Endpoint by, long untilNanos) {
        this.in = in;
        this.from = from;
        this.out = out;
        this.by = by;
        source = in.of(from).stream();
        target = out.of(by).stream();
        came = WireFacts.bytes(source);
        went = WireFacts.bytes(target);
        this.untilNanos = untilNanos;
    }

    /** Whether as many bytes went out as had come in. */
    boolean same() {
        return came > 0 && came == went;
    }

    /** Whether the two differ by no more than the head of a proxy, such as a PROXY header. */
    boolean headed() {
        long difference = Math.abs(came - went);
        return difference >= LEAST_HEAD_BYTES && difference <= MOST_HEAD_BYTES;
    }

    /** Whether these cannot be the same bytes; with {@code head}, a head was added or taken away. */
    boolean denied(boolean head) {
        if (head) {
            return late() || !notBefore(target.lastByteAtNanos(), source.lastByteAtNanos());
        }
        if (whole() ? came != went : went > came) {
            return true;
        }
        return late()
                || !notBefore(target.firstByteAtNanos(), source.firstByteAtNanos())
                || (came == went && !notBefore(target.lastByteAtNanos(), source.lastByteAtNanos()))
                || !restExplained()
                || finHeld();
    }

    /** How much the bytes show that they are the same: 0 where they could be others. */
    int weight() {
        boolean most = went > 0 && 2 * went >= came;
        return most ? (went < FEW_BYTES ? 1 : 2) : 0;
    }

    private boolean whole() {
        return out.close().first(by, Kind.FIN) != null && in.close().first(from, Kind.FIN) != null;
    }

    /** Whether the first byte waited although the way was open: no window is closed at the beginning. */
    private boolean late() {
        Long first = source.firstByteAtNanos();
        Long passed = target.firstByteAtNanos();
        return first != null && passed != null && passed - Math.max(first, openedAtNanos()) > SOON_NANOS;
    }

    private long openedAtNanos() {
        Long acked = out.handshake().ackAtNanos();
        Long answered = out.handshake().synAckAtNanos();
        return acked != null ? acked : answered != null ? answered : out.firstAtNanos();
    }

    /** Whether bytes that came and did not go out had no time to, or no way. */
    private boolean restExplained() {
        long rest = came - went;
        Long lastCame = source.lastByteAtNanos();
        if (rest == 0 || lastCame == null) {
            return true;
        }
        if (rest > MOST_HELD_BYTES) {
            return false;
        }
        return stalled(lastCame) || endNanos() - Math.max(lastCame, openedAtNanos()) <= SOON_NANOS;
    }

    /** Whether the end came in, all bytes before it went out, and it did not, though it had the time. */
    private boolean finHeld() {
        CloseSegment fin = in.close().first(from, Kind.FIN);
        return fin != null
                && came == went
                && out.close().first(by, Kind.FIN) == null
                && WireClosing.rst(out.close(), by) == null
                && endNanos() - Math.max(fin.atNanos(), openedAtNanos()) > SOON_NANOS;
    }

    /**
     * Whether the way out had no room for more: the receiver's window is closed or full, or as much is in flight as TCP sends at
     * first, or what is in flight was waiting for its acknowledgment when the last bytes came. A few bytes in flight keep none back
     * that came before them.
     */
    private boolean stalled(long lastCameNanos) {
        EndpointFacts receiver = out.of(by.other());
        FlightFacts flight = out.of(by).flight();
        Long waitsSince = flight.sinceNanos();
        return receiver.window().closedSinceNanos() != null
                || Boolean.TRUE.equals(flight.peerWindow().full())
                || flight.unacknowledged() >= FIRST_SEGMENTS * segmentBytes(receiver.syn())
                || (waitsSince != null && waitsSince < lastCameNanos);
    }

    private static long segmentBytes(@Nullable SynFacts receiver) {
        Integer most = receiver == null ? null : receiver.mssBytes();
        return most == null ? DEFAULT_SEGMENT_BYTES : most;
    }

    /** When the way out was closed, or the last that is known of both. */
    private long endNanos() {
        long end = untilNanos;
        for (CloseSegment segment : in.close().order()) {
            end = segment.kind() == Kind.RST ? Math.min(end, segment.atNanos()) : end;
        }
        for (CloseSegment segment : out.close().order()) {
            boolean closesTheWay = segment.kind() == Kind.RST || segment.sender() == by.other();
            end = closesTheWay ? Math.min(end, segment.atNanos()) : end;
        }
        return end;
    }

    private static boolean notBefore(@Nullable Long later, @Nullable Long earlier) {
        return later == null || (earlier != null && later >= earlier - LegMatch.SLACK_NANOS);
    }
}
