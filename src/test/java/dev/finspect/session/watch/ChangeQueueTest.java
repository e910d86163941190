package dev.finspect.session.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.Change;
import dev.finspect.session.Change.Urgency;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionSink;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Leg;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Which sessions have changed, and in which order they are taken. */
final class ChangeQueueTest {
    private static final InetSocketAddress UPSTREAM = new InetSocketAddress("198.51.100.9", 5_432);

    private static final long SECOND = 1_000_000_000L;

    private final ChangeQueue queue = new ChangeQueue();
    private int count;

    @Test
    void nothingIsNotedWhileNobodyFollows() {
        WatchedSession session = begun();
        assertThat(session.hasChanged()).isFalse();
        queue.follow(true);
        session.happened(new SessionEvent.FirstByte(1, Leg.CLIENT));
        assertThat(session.hasChanged()).isTrue();
        queue.follow(false);
        assertThat(session.hasChanged()).isFalse();
        assertThat(queue.poll(Urgency.SOON)).isNull();
    }

    @Test
    void changesOfASessionAreTakenTogetherAndOnce() {
        queue.follow(true);
        WatchedSession session = begun();
        session.happened(new SessionEvent.Connected(2, "db:1", UPSTREAM, UPSTREAM, 1, null));
        session.happened(new SessionEvent.FirstByte(3, Leg.CLIENT));
        session.happened(new SessionEvent.PeerFin(4, Leg.CLIENT));
        assertThat(queue.poll(Urgency.FIRST)).isNull();
        assertThat(queue.poll(Urgency.SOON)).isSameAs(session);
        assertThat(session.taken(5).changes())
                .containsExactly(Change.OPENED, Change.CONNECTED, Change.FIRST_BYTES, Change.HALF_CLOSED);
        assertThat(queue.poll(Urgency.SOON)).isNull();
        session.happened(new SessionEvent.PeerFin(6, Leg.UPSTREAM));
        assertThat(queue.poll(Urgency.SOON)).isSameAs(session);
        assertThat(session.taken(7).changes()).containsExactly(Change.CLOSING);
    }

    @Test
    void urgentChangeTakesTheOthersWithIt() {
        queue.follow(true);
        WatchedSession session = begun();
        session.happened(new SessionEvent.Paused(1, Leg.UPSTREAM));
        session.happened(new SessionEvent.Resumed(2, Leg.UPSTREAM));
        assertThat(queue.poll(Urgency.SOON)).isSameAs(session);
        assertThat(session.taken(3).changes()).containsExactly(Change.OPENED, Change.PAUSED, Change.RESUMED);
        assertThat(queue.poll(Urgency.LATER)).as("taken with the more urgent").isNull();
    }

    @Test
    void sessionThatIsOverIsNotTakenAnyMore() {
        queue.follow(true);
        WatchedSession session = begun();
        session.happened(new SessionEvent.AttemptFailed(
                1, "db:1", UPSTREAM, null, ConnectResult.REFUSED, Errno.ECONNREFUSED, "refused", 1));
        session.happened(new SessionEvent.ProxyEnded(2, ProxyReason.CONNECT_FAILED));
        session.happened(new SessionEvent.PeerReset(2, Leg.CLIENT, Errno.ECONNRESET));
        session.happened(new SessionEvent.Ended(3, null, null));
        assertThat(queue.poll(Urgency.SOON)).isNull();
    }

    @Test
    void sessionThatOnlyMovesBytesIsNotedAtTheSweep() {
        queue.follow(true);
        WatchedSession session = begun();
        queue.poll(Urgency.SOON);
        session.taken(1);
        session.examine(2, rest -> {});
        assertThat(queue.poll(Urgency.LATER)).isNull();
        session.traffic(Leg.CLIENT).received(10, 3);
        session.examine(4, rest -> {});
        session.examine(5, rest -> {});
        assertThat(queue.poll(Urgency.LATER)).isSameAs(session);
        assertThat(session.taken(6).changes()).containsExactly(Change.MOVED);
        session.examine(7, rest -> {});
        assertThat(queue.poll(Urgency.LATER)).isNull();
    }

    @Test
    void sessionThatHangsIsNotedWhenItsVerdictChangesAndAfterSomeTime() {
        queue.follow(true);
        WatchedSession session = new WatchedSession(
                SampleSession.identity("S", "db", 1),
                new SessionSink() {},
                RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE),
                queue);
        session.happened(new SessionEvent.Accepted(0, null, null));
        session.happened(new SessionEvent.Connected(1, "db:1", UPSTREAM, UPSTREAM, 1, null));
        session.traffic(Leg.CLIENT).received(400, 2);
        session.traffic(Leg.UPSTREAM).sent(400, 2);
        session.taken(3);
        session.examine(120 * SECOND, rest -> {});
        assertThat(queue.poll(Urgency.FIRST)).isSameAs(session);
        assertThat(session.taken(120 * SECOND).changes()).contains(Change.HUNG);
        session.examine(125 * SECOND, rest -> {});
        assertThat(queue.poll(Urgency.LATER)).isNull();
        session.examine(130 * SECOND, rest -> {});
        assertThat(queue.poll(Urgency.LATER)).isSameAs(session);
        session.taken(130 * SECOND);
        session.traffic(Leg.UPSTREAM).received(4, 131 * SECOND);
        session.traffic(Leg.CLIENT).sent(4, 131 * SECOND);
        session.examine(132 * SECOND, rest -> {});
        assertThat(queue.poll(Urgency.FIRST)).isSameAs(session);
        assertThat(session.taken(132 * SECOND).changes()).contains(Change.RECOVERED);
    }

    private WatchedSession begun() {
        WatchedSession session =
                new WatchedSession(SampleSession.identity("S" + count++, "db", 1), new SessionSink() {}, null, queue);
        session.happened(new SessionEvent.Accepted(0, null, null));
        return session;
    }
}
