package dev.finspect.session.join;

import dev.finspect.record.CaptureMode;
import dev.finspect.session.SegmentBatch;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.TcpFlags;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpOptions;
import dev.finspect.wire.TcpSegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A join with a clock of its own, the sessions that it hears of, and what it tells. Milliseconds count from the start. */
final class Scene implements SessionSink {
    static final long START_EPOCH_NANOS = 1_767_225_600_000_000_000L;
    static final InetSocketAddress LISTENER = new InetSocketAddress("192.0.2.1", 15_432);
    static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40_001);
    static final InetSocketAddress LOCAL = new InetSocketAddress("198.51.100.1", 50_123);
    static final InetSocketAddress UPSTREAM = new InetSocketAddress("198.51.100.9", 5_432);
    static final String ROUTE = "db";
    static final int MOST_SESSIONS = 11_000;
    static final int MOST_WAITING = 1_000;
    static final int CLIENT_SIDE = 2;
    static final int UPSTREAM_SIDE = 3;

    final List<SessionRecord> closed = new ArrayList<>();
    /** How many ends waited when each record came. */
    final List<Integer> waitingWhenClosed = new ArrayList<>();

    final List<SessionRecord> failed = new ArrayList<>();
    final CaptureJoin join =
            new CaptureJoin(Map.of(ROUTE, CaptureMode.HEADERS), 1 << 20, MOST_SESSIONS, MOST_WAITING, this, 1);
    long failedBesides;
    TcpSegment.Direction direction = TcpSegment.Direction.UNKNOWN;
    int interfaceId = CLIENT_SIDE;

    Scene() {
        join.begin(List.of(new CapturedRoute(ROUTE, CaptureMode.HEADERS, List.of(LISTENER))), at(-1000));
    }

    static long at(long millis) {
        return START_EPOCH_NANOS + millis * 1_000_000;
    }

    @Override
    public void closed(SessionRecord record) {
        closed.add(record);
        waitingWhenClosed.add(join.waiting());
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        failed.add(record);
    }

    @Override
    public void attemptsFailedBesides(String route, long count) {
        failedBesides += count;
    }

    /** A session whose client is accepted at this moment. */
    WatchedSession accept(String id, long millis, InetSocketAddress client, @Nullable Long initialSequenceNumber) {
        return accept(id, millis, client, LISTENER, initialSequenceNumber);
    }

    /** The same by another listener. */
    WatchedSession accept(
            String id,
            long millis,
            InetSocketAddress client,
            InetSocketAddress listener,
            @Nullable Long initialSequenceNumber) {
        WatchedSession tracker = new WatchedSession(
                new SessionIdentity(id, ROUTE, listener, client, listener, at(millis), millis * 1_000_000), join, null);
        SynSegment syn = initialSequenceNumber == null
                ? null
                : new SynSegment(initialSequenceNumber, 64_240, 64, 1_460, 7, true, null);
        tracker.happened(new SessionEvent.Accepted(millis * 1_000_000, syn, null));
        return tracker;
    }

    void connect(WatchedSession tracker, long millis, InetSocketAddress local, InetSocketAddress peer) {
        tracker.happened(new SessionEvent.Connected(millis * 1_000_000, "db:5432", peer, local, 3_500_000, null));
    }

    /** An attempt that began at {@code from} has failed. */
    void fail(WatchedSession tracker, long from, long millis, @Nullable InetSocketAddress local, ConnectResult result) {
        tracker.happened(new SessionEvent.AttemptFailed(
                millis * 1_000_000, "db:5432", UPSTREAM, local, result, null, "in vain", (millis - from) * 1_000_000));
    }

    void end(WatchedSession tracker, long millis) {
        tracker.happened(new SessionEvent.Ended(millis * 1_000_000, null, null));
    }

    /** Lets the capture tell a segment. */
    void segment(
            long millis, InetSocketAddress from, InetSocketAddress to, int flags, long sequence, long acknowledgment) {
        segment(millis, from, to, flags, sequence, acknowledgment, 0);
    }

    void segment(
            long millis,
            InetSocketAddress from,
            InetSocketAddress to,
            int flags,
            long sequence,
            long acknowledgment,
            int bytes) {
        TcpSegment segment = new TcpSegment(
                at(millis),
                interfaceId,
                direction,
                FourTuple.of(from, to),
                64,
                40 + bytes,
                (int) sequence,
                (int) acknowledgment,
                flags,
                1000,
                bytes,
                0,
                TcpOptions.NONE,
                TcpSegment.Checksum.RIGHT);
        join.segments(new SegmentBatch(new TcpSegment[] {segment}, new byte[40], new int[] {40}));
    }

    /** SYN, SYN-ACK and ACK, a millisecond apart. */
    void handshake(long millis, InetSocketAddress from, InetSocketAddress to, long isn, long peerIsn) {
        segment(millis, from, to, TcpFlags.SYN, isn, 0);
        segment(millis + 1, to, from, TcpFlags.SYN | TcpFlags.ACK, peerIsn, isn + 1);
        segment(millis + 2, from, to, TcpFlags.ACK, isn + 1, peerIsn + 1);
    }

    void caughtUp(long millis) {
        caughtUp(millis, millis);
    }

    /** The same where the wall clock was set: by it, and by the monotonic one, so many milliseconds have passed. */
    void caughtUp(long wallMillis, long monotonicMillis) {
        join.caughtUp(at(wallMillis), monotonicMillis * 1_000_000);
    }
}
