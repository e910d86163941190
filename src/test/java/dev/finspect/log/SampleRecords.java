package dev.finspect.log;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.finding.UpstreamSilent;
import dev.finspect.fixture.Findings;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.Lookups;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseAct;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Handshake;
import dev.finspect.record.LegClose;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Lookup;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SampleRecords as the relay makes them, built from the model's constructors. */
public final class SampleRecords {
    /** 2026-01-02T03:04:05.123456789Z. */
    static final long START = 1_767_323_045_123_456_789L;

    private static final long MICROS = 1_000L;
    private static final long MILLIS = 1_000_000L;
    private static final InetSocketAddress CLIENT = endpoint(50_000, 127, 0, 0, 1);
    private static final InetSocketAddress ACCEPTED = endpoint(15_432, 127, 0, 0, 1);
    private static final InetSocketAddress LOCAL = endpoint(41_234, 127, 0, 0, 1);
    private static final InetSocketAddress UPSTREAM = endpoint(5_432, 127, 0, 0, 1);

    private SampleRecords() {}

    /** The client half-closes, the upstream answers 4 MB, and both are content. */
    public static SessionRecord clean(String id, String route) {
        return record(
                RecordEvent.CLOSED,
                identity(id, route),
                1_234_567_890L,
                new SessionRecord.Result(Outcome.CLEAN, null, null, "--"),
                closed(leg(Leg.CLIENT, 1_234, 4_000_000)).build(),
                closed(leg(Leg.UPSTREAM, 4_000_000, 1_234)).build(),
                new SessionClose(
                        List.of(CloseAct.CLIENT_FIN, CloseAct.UPSTREAM_FIN),
                        Fact.socket(85 * MICROS),
                        Fact.socket(40 * MICROS),
                        new SessionClose.HalfClose(Leg.CLIENT, Fact.socket(900 * MILLIS), Fact.socket(4_000_000L)),
                        new SessionClose.Relaying(Relayed.FAITHFUL, null, Fact.socket(0L))));
    }

    /** The record so far of a session in which nobody has closed. */
    public static SessionRecord living(String id) {
        return record(
                RecordEvent.PROGRESS,
                identity(id, "db"),
                60_000_000_000L,
                SessionRecord.Result.LIVING,
                leg(Leg.CLIENT, 10, 20).build(),
                leg(Leg.UPSTREAM, 20, 10).build(),
                close(List.of(), SessionClose.Relaying.OPEN));
    }

    /** Stands for lines of this event about these sessions, whose upstream is silent. */
    public static OmittedLines omitted(RecordEvent event, String... ids) {
        long since = 1_767_323_045_123_456_789L;
        Evidence evidence = Evidence.at(Clue.LAST_SENT, Leg.UPSTREAM, Fact.socket(since));
        Finding finding = Findings.of(
                UpstreamSilent.ID, Blame.UPSTREAM, Confidence.LIKELY, Leg.UPSTREAM, since, List.of(evidence));
        return new OmittedLines(
                event, "db", finding, "10.0.0.1:5432", since + 5_000_000_000L, since + 7_500_000_000L, List.of(ids));
    }

    /** Every address of a name refuses or does not answer. */
    public static SessionRecord connectFailed(String id, String route, String name, String detail) {
        LegFixture upstream = new LegFixture(Leg.UPSTREAM);
        upstream.lookups.add(Lookups.of(
                name,
                Lookup.Purpose.CONNECT,
                START,
                Lookups.found(3 * MILLIS, 12_000 * MILLIS, 30, "10.0.0.1", "10.0.0.3")));
        upstream.lookups.add(Lookups.of(
                name,
                Lookup.Purpose.RECHECK,
                START + 1_000 * MILLIS,
                Lookups.failed(0, Lookup.Result.NO_ANSWER, detail)));
        upstream.attempts.add(attempt(
                name + ":5432",
                endpoint(5432, 10, 0, 0, 1),
                endpoint(40_001, 10, 0, 0, 2),
                ConnectResult.TIMED_OUT,
                detail,
                10_000_000_000L));
        upstream.attempts.add(attempt(name + ":5433", null, null, ConnectResult.UNRESOLVABLE, detail, 0));
        data(upstream, 0, 0);
        return record(
                RecordEvent.CLOSED,
                identity(id, route),
                10_003_000_000L,
                new SessionRecord.Result(Outcome.CONNECT_FAILED, ProxyReason.CONNECT_FAILED, "timed_out", "SC"),
                closed(leg(Leg.CLIENT, 100, 0)).build(),
                upstream.build(),
                close(
                        List.of(CloseAct.PROXY_RESET),
                        new SessionClose.Relaying(Relayed.DATA_LOST, CloseAct.PROXY_RESET, Fact.socket(100L))));
    }

    /** The upstream resets with bytes under way, after losses and pauses. */
    public static SessionRecord troubled(String id) {
        LegFixture upstream = leg(Leg.UPSTREAM, 2_500, 65_536);
        upstream.segmentsReceived = Fact.kernel(20L);
        upstream.segmentsSent = Fact.kernel(50L);
        upstream.firstReceivedAt = Fact.socket(START + MILLIS);
        upstream.lastReceivedAt = Fact.socket(START + 2 * MILLIS);
        upstream.firstSentAt = Fact.socket(START + 3 * MILLIS);
        upstream.lastSentAt = Fact.socket(START + 4 * MILLIS);
        upstream.smoothedRttNanos = Fact.kernel(12_345 * MICROS);
        upstream.minRttNanos = Fact.kernel(11_000 * MICROS);
        upstream.retransmitsSent = Fact.kernel(3L);
        upstream.retransmittedBytesSent = Fact.kernel(4_344L);
        upstream.peerZeroWindows = Fact.kernel(2L);
        upstream.peerZeroWindowTime = Fact.inferred(400 * MILLIS);
        upstream.busyTime = Fact.kernel(500 * MILLIS);
        upstream.receiverLimitedTime = Fact.kernel(400 * MILLIS);
        upstream.unackedSegments = Fact.kernel(4L);
        upstream.notSentBytes = Fact.kernel(9_000L);
        upstream.peerWindowBytes = Fact.kernel(0L);
        upstream.pausedTime = Fact.socket(1_200 * MILLIS);
        upstream.pauses = Fact.socket(7L);
        upstream.heldBytesMax = Fact.socket(131_072L);
        upstream.undeliveredBytes = Fact.socket(4_096L);
        upstream.urgentSeen = Fact.socket(true);
        upstream.state = Fact.kernel(TcpState.CLOSE_WAIT);
        upstream.peerRst = Fact.socket(mark(START + 5 * MILLIS));
        upstream.errno = Fact.socket(Errno.ECONNRESET);
        upstream.timeWaitHolder = Fact.inferred(LegClose.TimeWaitHolder.NONE);
        return record(
                RecordEvent.CLOSED,
                identity(id, "orders"),
                185_000_000_000L,
                new SessionRecord.Result(Outcome.RESET, null, "reset", "SD"),
                closed(leg(Leg.CLIENT, 5_000, 2_500)).build(),
                upstream.build(),
                close(
                        List.of(CloseAct.UPSTREAM_RST),
                        new SessionClose.Relaying(Relayed.DATA_LOST, CloseAct.UPSTREAM_RST, Fact.socket(4_096L))));
    }

    private static SessionRecord record(
            RecordEvent event,
            SessionIdentity identity,
            long durationNanos,
            SessionRecord.Result result,
            LegRecord client,
            LegRecord upstream,
            SessionClose close) {
        return new SessionRecord(
                event, identity, durationNanos, result, client, upstream, close, null, ProxyHeader.Both.NONE);
    }

    private static SessionClose close(List<CloseAct> order, SessionClose.Relaying relaying) {
        return new SessionClose(
                order, Observation.notObserved(), Observation.notObserved(), SessionClose.HalfClose.NONE, relaying);
    }

    private static Attempt attempt(
            String target,
            @Nullable InetSocketAddress address,
            @Nullable InetSocketAddress local,
            ConnectResult result,
            @Nullable String detail,
            long durationNanos) {
        return new Attempt(
                target,
                address,
                local,
                Fact.socket(START),
                new Attempt.End(
                        result, Fact.socket(START + durationNanos), durationNanos, detail, Observation.notObserved()),
                Attempt.Answers.NOT_OBSERVED,
                null);
    }

    /** An address given as its bytes, 4 or 16. */
    public static InetSocketAddress endpoint(int port, int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(bytes.length + " bytes are no address", e);
        }
    }

    public static SessionIdentity identity(String id, String route) {
        return new SessionIdentity(id, route, ACCEPTED, CLIENT, ACCEPTED, START, 0);
    }

    private static LegFixture leg(Leg leg, long received, long sent) {
        boolean client = leg == Leg.CLIENT;
        LegFixture it = new LegFixture(leg);
        it.peer = client ? CLIENT : UPSTREAM;
        it.local = client ? ACCEPTED : LOCAL;
        if (!client) {
            it.attempts.add(attempt("localhost:5432", UPSTREAM, LOCAL, ConnectResult.CONNECTED, null, 55 * MICROS));
            it.connectDuration = Fact.socket(55 * MICROS);
        }
        it.handshakeRtt = Fact.kernel(30 * MICROS);
        it.simultaneousOpen = Fact.inferred(false);
        it.originator = originator(client);
        data(it, received, sent);
        return it;
    }

    private static Handshake.Side originator(boolean client) {
        Observation<Long> nothing = Observation.notObserved();
        return new Handshake.Side(
                client ? Fact.kernel(4_294_967_295L) : nothing,
                client ? Fact.inferred(true) : Observation.notObserved(),
                client ? nothing : Fact.kernel(0L),
                Fact.kernel(65_495L),
                client ? Fact.kernel(64L) : nothing,
                new Handshake.Options(Fact.kernel(65_495L), Fact.kernel(7L), Fact.kernel(true), Fact.kernel(true)));
    }

    private static void data(LegFixture it, long received, long sent) {
        it.bytesReceived = Fact.socket(received);
        it.bytesSent = Fact.socket(sent);
        it.segmentsReceived = Fact.kernel(received / 1000 + 3);
        it.segmentsSent = Fact.kernel(sent / 1000 + 3);
        if (received > 0) {
            it.firstReceivedAt = Fact.socket(START + MILLIS);
            it.lastReceivedAt = Fact.socket(START + 900 * MILLIS);
        }
        if (sent > 0) {
            it.firstSentAt = Fact.socket(START + 2 * MILLIS);
            it.lastSentAt = Fact.socket(START + 901 * MILLIS);
        }
        it.smoothedRttNanos = Fact.kernel(80 * MICROS);
        it.minRttNanos = Fact.kernel(21 * MICROS);
        it.retransmitsSent = Fact.kernel(0L);
        it.retransmittedBytesSent = Fact.kernel(0L);
        it.peerZeroWindows = Fact.inferred(0L);
        it.peerZeroWindowTime = Fact.inferred(0L);
        it.busyTime = Fact.kernel(4 * MILLIS);
        it.receiverLimitedTime = Fact.kernel(0L);
        it.sendBufferLimitedTime = Fact.kernel(0L);
        it.unackedSegments = Fact.kernel(0L);
        it.notSentBytes = Fact.kernel(0L);
        it.peerWindowBytes = Fact.kernel(65_536L);
        it.pausedTime = Fact.socket(0L);
        it.pauses = Fact.socket(0L);
        it.heldBytesMax = Fact.socket(0L);
        it.undeliveredBytes = Fact.socket(0L);
        it.urgentSeen = Fact.socket(false);
        it.state = Fact.kernel(TcpState.LAST_ACK);
    }

    private static LegFixture closed(LegFixture it) {
        it.peerFin = Fact.socket(mark(START + 300 * MILLIS));
        it.localFin = Fact.socket(mark(START + 1_234 * MILLIS));
        it.simultaneousClose = Fact.inferred(false);
        it.timeWaitHolder =
                Fact.inferred(it.leg == Leg.CLIENT ? LegClose.TimeWaitHolder.PEER : LegClose.TimeWaitHolder.LOCAL);
        it.peerCloseWait = Fact.inferred(3 * MICROS);
        it.localCloseWait = Fact.socket(934 * MILLIS);
        it.bytesSentAfterPeerFin = Fact.socket(4_000_000L);
        it.bytesReceivedAfterLocalFin = Fact.socket(0L);
        return it;
    }

    private static CloseMark mark(long at) {
        return CloseMark.at(Fact.socket(at))
                .with(new CloseMark.Delivery(
                        Observation.notObserved(),
                        Fact.kernel(70 * MICROS),
                        Observation.notObserved(),
                        Observation.notObserved()));
    }
}
