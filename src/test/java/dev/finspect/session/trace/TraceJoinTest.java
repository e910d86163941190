package dev.finspect.session.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.KernelNote;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.FourTuple;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.wire.trace.TraceEvent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which session an event of the kernel belongs to, and when the end of a session is reported. Times are milliseconds. */
final class TraceJoinTest {
    private static final long EPOCH_NANOS = 1_767_225_600_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final InetSocketAddress LISTENER = new InetSocketAddress("192.0.2.1", 15_432);
    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 40_001);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("198.51.100.1", 50_123);
    private static final InetSocketAddress UPSTREAM = new InetSocketAddress("198.51.100.9", 5_432);

    private final List<SessionRecord> closed = new ArrayList<>();
    private final SessionSink sink = new SessionSink() {
        @Override
        public void closed(SessionRecord record) {
            closed.add(record);
        }
    };
    private final TraceJoin join = new TraceJoin(sink, 2);
    private int woken;

    TraceJoinTest() {
        join.begin(() -> woken++);
    }

    @Test
    void theEndOfASessionThatThePeerResetWaitsForTheKernelsReason() {
        WatchedSession session = accept("A", 0);
        connect(session, 5);
        reset(session, 100, Leg.UPSTREAM);
        end(session, 101);
        assertThat(closed).isEmpty();
        assertThat(woken).isEqualTo(1);
        assertThat(join.waiting()).isEqualTo(1);

        look(103, sent(99, 7, UPSTREAM, LOCAL, "TCP_ABORT_ON_CLOSE"));

        KernelNote note = peerRst(closed.get(0), Leg.UPSTREAM);
        assertThat(note.reason()).isEqualTo(Fact.kernel(new ResetReason("TCP_ABORT_ON_CLOSE")));
        assertThat(note.sentAt()).isEqualTo(Fact.kernel(EPOCH_NANOS + 99 * MILLI));
        assertThat(join.waiting()).isZero();
    }

    @Test
    void aSessionThatEndsOtherwiseDoesNotWait() {
        WatchedSession session = accept("A", 0);
        connect(session, 5);
        session.happened(new SessionEvent.OutputShut(90 * MILLI, Leg.CLIENT));
        end(session, 101);

        assertThat(closed).hasSize(1);
        assertThat(woken).isZero();
    }

    @Test
    void theFirstRstOfASocketCountsAndThoseForLaterSegmentsDoNot() {
        ended("A", 100);
        look(103, sent(99, 7, UPSTREAM, LOCAL, "TCP_ABORT_ON_CLOSE"), sent(99, 0, UPSTREAM, LOCAL, "NO_SOCKET"));

        assertThat(reason(closed.get(0))).isEqualTo("TCP_ABORT_ON_CLOSE");
    }

    @Test
    void twoSocketsWithTheSameAddressesAreNotToldApart() {
        ended("A", 100);
        look(103, sent(98, 7, UPSTREAM, LOCAL, "TCP_ABORT_ON_CLOSE"), sent(99, 8, UPSTREAM, LOCAL, "TCP_STATE"));

        assertThat(reason(closed.get(0))).isNull();
    }

    @Test
    void theRstsOfOtherConnectionsOrOtherTimesAreNotItsOwn() {
        WatchedSession session = accept("A", 50);
        connect(session, 60);
        reset(session, 3_000, Leg.UPSTREAM);
        end(session, 3_001);
        look(
                3_010,
                sent(55, 7, UPSTREAM, LOCAL, "TCP_STATE"),
                sent(1_500, 7, UPSTREAM, LOCAL, "TCP_STATE"),
                sent(3_005, 7, UPSTREAM, LOCAL, "TCP_STATE"),
                sent(2_999, 7, UPSTREAM, CLIENT, "TCP_STATE"),
                sent(2_999, 7, LOCAL, UPSTREAM, "TCP_STATE"));

        assertThat(closed).hasSize(1);
        assertThat(reason(closed.get(0))).isNull();
    }

    @Test
    void aLookThatBeganBeforeTheResetAnswersNothing() {
        WatchedSession session = accept("A", 0);
        connect(session, 5);
        join.lookBegins();
        reset(session, 100, Leg.UPSTREAM);
        end(session, 101);
        assertThat(join.lookEnds(102 * MILLI)).isLessThan(10 * MILLI);
        assertThat(closed).isEmpty();

        look(104, sent(99, 7, UPSTREAM, LOCAL, "TCP_STATE"));

        assertThat(reason(closed.get(0))).isEqualTo("TCP_STATE");
    }

    @Test
    void finspectsOwnRstMayGoOutALittleLater() {
        WatchedSession session = accept("A", 0);
        session.happened(new SessionEvent.OutputReset(100 * MILLI, Leg.CLIENT));
        end(session, 101);
        look(102);
        assertThat(closed).isEmpty();
        look(110, sent(104, 7, LISTENER, CLIENT, "TCP_STATE"));

        CloseMark own =
                Objects.requireNonNull(closed.get(0).client().close().localRst().orNull());
        assertThat(own.kernel().reason().orNull()).isEqualTo(new ResetReason("TCP_STATE"));
    }

    @Test
    void anEndDoesNotWaitForAnEventThatNeverComes() {
        WatchedSession session = accept("A", 0);
        session.happened(new SessionEvent.OutputReset(100 * MILLI, Leg.CLIENT));
        end(session, 101);
        look(150);
        assertThat(closed).isEmpty();
        look(201);
        assertThat(closed).hasSize(1);
    }

    @Test
    void aHalfCloseThatLastsHasTheMomentOfCloseWait() {
        WatchedSession session = accept("A", 0);
        connect(session, 5);
        session.happened(new SessionEvent.OutputShut(100 * MILLI, Leg.UPSTREAM));
        look(120, new TraceEvent.CloseWaitEntered(101 * MILLI, 7, FourTuple.of(UPSTREAM, LOCAL)));
        assertThat(closeWaitAt(session, 120)).isEqualTo(Observation.notObserved());
        look(210);

        assertThat(closeWaitAt(session, 210)).isEqualTo(Fact.kernel(EPOCH_NANOS + 101 * MILLI));
    }

    @Test
    void theAttemptThatWasRefusedHasTheReason() {
        WatchedSession session = accept("A", 0);
        fail(session, 10, Errno.ECONNREFUSED, LOCAL);
        fail(session, 20, Errno.ETIMEDOUT, LOCAL);
        fail(session, 30, Errno.ECONNREFUSED, null);
        connect(session, 40);
        end(session, 50);
        look(60, sent(9, 0, UPSTREAM, LOCAL, "NO_SOCKET"));

        List<Attempt> attempts = closed.get(0).upstream().attempts();
        assertThat(attempts)
                .extracting(each -> each.kernel().reason().isKnown())
                .containsExactly(true, false, false, false);
    }

    @Test
    void anRstWithoutAReasonStillHasItsTime() {
        ended("A", 100);
        look(103, new TraceEvent.ResetSent(99 * MILLI, 7, FourTuple.of(UPSTREAM, LOCAL), ResetReason.UNNAMED));

        KernelNote note = peerRst(closed.get(0), Leg.UPSTREAM);
        assertThat(note.sentAt().isKnown()).isTrue();
        assertThat(note.reason()).isEqualTo(Observation.notObserved());
    }

    @Test
    void moreEndsThanMayWaitAreReportedAtOnce() {
        ended("A", 100);
        ended("B", 100);
        ended("C", 100);

        assertThat(closed).extracting(record -> record.identity().id()).containsExactly("C");
    }

    @Test
    void whenTheTraceIsOverAllEndsAreReported() {
        WatchedSession own = accept("A", 0);
        own.happened(new SessionEvent.OutputReset(100 * MILLI, Leg.CLIENT));
        end(own, 101);
        look(102);
        WatchedSession living = accept("B", 0);
        ended("C", 103);
        join.ended("it failed");
        assertThat(closed).extracting(record -> record.identity().id()).containsExactlyInAnyOrder("A", "C");
        reset(living, 200, Leg.CLIENT);
        end(living, 201);
        assertThat(closed).hasSize(3);
        assertThat(join.waiting()).isZero();
    }

    @Test
    void beforeItBeginsSessionsPass() {
        TraceJoin later = new TraceJoin(sink, 2);
        WatchedSession session = new WatchedSession(identity("A", 0), later, null);
        session.happened(new SessionEvent.Accepted(0, null, null));
        reset(session, 100, Leg.CLIENT);
        end(session, 101);

        assertThat(closed).hasSize(1);
    }

    @Test
    void onlyTheLatestConnectionsAreKept() {
        RecentEvents events = new RecentEvents(2);
        for (int i = 1; i <= 3; i++) {
            InetSocketAddress from = new InetSocketAddress("192.0.2.9", i);
            for (int again = 0; again < 6; again++) {
                events.add(sent(10 + again, i, from, LOCAL, "NO_SOCKET"));
            }
            events.add(new TraceEvent.CloseWaitEntered(i, i, FourTuple.of(from, LOCAL)));
        }
        FourTuple first = FourTuple.of(new InetSocketAddress("192.0.2.9", 1), LOCAL);
        FourTuple last = FourTuple.of(new InetSocketAddress("192.0.2.9", 3), LOCAL);

        assertThat(events.reset(first, 0, 20 * MILLI)).isNull();
        assertThat(events.closeWait(first, 0, 20 * MILLI)).isNull();
        TraceEvent.ResetSent kept = Objects.requireNonNull(events.reset(last, 0, 20 * MILLI));
        assertThat(kept.atNanos()).isEqualTo(12 * MILLI);
        assertThat(events.closeWait(last, 4, 5)).isNull();
        assertThat(events.closeWait(last, 0, 2)).isNull();
        assertThat(events.closeWait(last, 0, 3)).isNotNull();
    }

    private WatchedSession accept(String id, long millis) {
        WatchedSession session = new WatchedSession(identity(id, millis), join, null);
        session.happened(new SessionEvent.Accepted(millis * MILLI, null, null));
        return session;
    }

    private static SessionIdentity identity(String id, long millis) {
        return new SessionIdentity(id, "db", LISTENER, CLIENT, LISTENER, EPOCH_NANOS + millis * MILLI, millis * MILLI);
    }

    private static void connect(WatchedSession session, long millis) {
        session.happened(new SessionEvent.Connected(millis * MILLI, "db:5432", UPSTREAM, LOCAL, MILLI, null));
    }

    private static void fail(WatchedSession session, long millis, Errno errno, @Nullable InetSocketAddress local) {
        session.happened(new SessionEvent.AttemptFailed(
                millis * MILLI, "db:5432", UPSTREAM, local, ConnectResult.REFUSED, errno, "refused", 2 * MILLI));
    }

    private static void reset(WatchedSession session, long millis, Leg leg) {
        session.happened(new SessionEvent.PeerReset(millis * MILLI, leg, Errno.ECONNRESET));
    }

    private static void end(WatchedSession session, long millis) {
        session.happened(new SessionEvent.Ended(millis * MILLI, null, null));
    }

    /** A session that its upstream has reset. */
    private void ended(String id, long millis) {
        WatchedSession session = accept(id, 0);
        connect(session, 5);
        reset(session, millis, Leg.UPSTREAM);
        end(session, millis + 1);
    }

    private static TraceEvent.ResetSent sent(
            long millis, long socket, InetSocketAddress from, InetSocketAddress to, String reason) {
        return new TraceEvent.ResetSent(millis * MILLI, socket, FourTuple.of(from, to), new ResetReason(reason));
    }

    private void look(long millis, TraceEvent... events) {
        join.lookBegins();
        for (TraceEvent event : events) {
            join.event(event);
        }
        assertThat(join.lookEnds(millis * MILLI)).isPositive();
    }

    private static KernelNote peerRst(SessionRecord record, Leg leg) {
        return Objects.requireNonNull(record.leg(leg).close().peerRst().orNull())
                .kernel();
    }

    private static @Nullable String reason(SessionRecord record) {
        ResetReason reason = peerRst(record, Leg.UPSTREAM).reason().orNull();
        return reason == null ? null : reason.name();
    }

    private static Observation<Long> closeWaitAt(WatchedSession session, long millis) {
        return Objects.requireNonNull(session.record(millis * MILLI)
                        .upstream()
                        .close()
                        .localFin()
                        .orNull())
                .kernel()
                .closeWaitAt();
    }
}
