package dev.finspect.session;

import dev.finspect.record.ProxyReason;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import dev.finspect.wire.SynSegment;
import dev.finspect.wire.TcpInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session played event by event, with a clock of its own that begins at accept() and moves only when told. */
final class Play implements SessionSink {
    static final long START_NANOS = -5_000_000_000L;
    static final long START_EPOCH_NANOS = 1_767_225_600_123_456_789L;
    static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40_001);
    static final InetSocketAddress ACCEPTED = new InetSocketAddress("192.0.2.1", 15_432);
    static final InetSocketAddress UPSTREAM = new InetSocketAddress("198.51.100.9", 5_432);
    static final InetSocketAddress LOCAL = new InetSocketAddress("198.51.100.1", 50_123);
    static final SynSegment SYN = new SynSegment(3_708_898_026L, 64_240, 57, 1_460, 7, true, 447_987_179L);

    final List<SessionEvent> told = new ArrayList<>();
    final List<SessionRecord> closed = new ArrayList<>();
    final List<SessionRecord> lines = new ArrayList<>();
    final SessionTracker tracker;
    long nowNanos = START_NANOS;

    Play() {
        this(null);
    }

    /** Of a route whose sessions are diagnosed; null diagnoses none. */
    Play(@Nullable RouteDiagnosis diagnosis) {
        tracker = new SessionTracker(
                new SessionIdentity("01J", "db", ACCEPTED, CLIENT, ACCEPTED, START_EPOCH_NANOS, START_NANOS),
                this,
                diagnosis);
    }

    @Override
    public void happened(SessionTracker session, SessionEvent event) {
        told.add(event);
    }

    @Override
    public void progressed(SessionRecord record) {
        lines.add(record);
    }

    @Override
    public void closed(SessionRecord record) {
        closed.add(record);
    }

    /** Accepted with a saved SYN, and connected after 2 ms. */
    static Play connected() {
        return new Play().accepted(SYN, new Info().build()).after(2).connected(new Info().build());
    }

    Play after(long millis) {
        nowNanos += millis * 1_000_000;
        return this;
    }

    Play accepted(@Nullable SynSegment syn, @Nullable TcpInfo info) {
        return tell(new SessionEvent.Accepted(nowNanos, syn, info));
    }

    Play connected(@Nullable TcpInfo info) {
        return tell(new SessionEvent.Connected(nowNanos, "db:5432", UPSTREAM, LOCAL, 1_500_000, info));
    }

    Play attemptFailed(ConnectResult result) {
        return attemptFailed(result, null);
    }

    Play attemptFailed(Errno errno) {
        return attemptFailed(errno.connectResult(), errno);
    }

    private Play attemptFailed(ConnectResult result, @Nullable Errno errno) {
        return tell(new SessionEvent.AttemptFailed(
                nowNanos, "db:5432", UPSTREAM, LOCAL, result, errno, "in vain", 1_000_000));
    }

    Play givenUp(ConnectResult result) {
        return tell(new SessionEvent.ConnectGivenUp(nowNanos, result));
    }

    /** {@code bytes} from this leg's peer reach the other peer. */
    Play relayed(Leg from, long bytes) {
        tracker.traffic(from).received(bytes, nowNanos);
        tracker.traffic(from.other()).sent(bytes, nowNanos);
        return this;
    }

    /** {@code bytes} from this leg's peer are read and never leave finspect. */
    Play stuck(Leg from, long bytes) {
        tracker.traffic(from).received(bytes, nowNanos);
        tracker.traffic(from.other()).held(bytes);
        tracker.traffic(from.other()).undeliveredBytes += bytes;
        return this;
    }

    Play fin(Leg leg) {
        return tell(new SessionEvent.PeerFin(nowNanos, leg));
    }

    Play failed(Leg leg, int errno) {
        return tell(new SessionEvent.PeerReset(nowNanos, leg, new Errno(errno)));
    }

    Play shut(Leg leg) {
        return tell(new SessionEvent.OutputShut(nowNanos, leg));
    }

    Play reset(Leg leg) {
        return tell(new SessionEvent.OutputReset(nowNanos, leg));
    }

    Play sampled(Leg leg, Info info) {
        return tell(new SessionEvent.Sampled(nowNanos, leg, info.build()));
    }

    Play proxyEnded(ProxyReason reason) {
        return tell(new SessionEvent.ProxyEnded(nowNanos, reason));
    }

    Play tell(SessionEvent event) {
        tracker.happened(event);
        return this;
    }

    /** The sweep's look at this moment; what is left to do when an answer comes is done at once. */
    Play looked() {
        tracker.examine(nowNanos, then -> then.accept(nowNanos));
        return this;
    }

    /** The record at this moment, of a session that lives on. */
    SessionRecord record() {
        return tracker.record(nowNanos);
    }

    SessionRecord ended() {
        return ended(
                new Info().state(dev.finspect.tcp.TcpState.CLOSED).build(),
                new Info().state(dev.finspect.tcp.TcpState.CLOSED).build());
    }

    SessionRecord ended(@Nullable TcpInfo clientInfo, @Nullable TcpInfo upstreamInfo) {
        tell(new SessionEvent.Ended(nowNanos, clientInfo, upstreamInfo));
        return closed.get(0);
    }
}
