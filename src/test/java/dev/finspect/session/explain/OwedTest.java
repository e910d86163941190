package dev.finspect.session.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.fixture.LegFixture;
import dev.finspect.fixture.SampleSession;
import dev.finspect.fixture.SocketFixture;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.Habit;
import dev.finspect.record.PeerSocket;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.TcpState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a living session before a threshold is reached. */
final class OwedTest {
    private static final long SECOND = 1_000_000_000;
    private static final SessionIdentity IDENTITY = SampleSession.identity("01SAMPLE", "db", 1);
    private static final long START = IDENTITY.startEpochNanos();
    private static final InetSocketAddress SERVICE = new InetSocketAddress("10.0.0.5", 5432);

    private final LegFixture client = new LegFixture(Leg.CLIENT);
    private final LegFixture upstream = new LegFixture(Leg.UPSTREAM);

    OwedTest() {
        client.establishedAt = at(0);
        upstream.establishedAt = at(0);
        upstream.peer = SERVICE;
        upstream.firstReceivedAt = at(0);
        upstream.lastReceivedAt = at(0);
        upstream.firstSentAt = at(0);
        upstream.lastSentAt = at(0);
    }

    @Test
    void answerIsOwedFromTheRequestOn() {
        upstream.lastSentAt = at(1);
        assertThat(owed(35))
                .containsExactly("The upstream has owed an answer for 34 s; reported as a hang from 1 min 0 s.");
        assertThat(owed(1)).as("it is being made").isEmpty();
        assertThat(owed(61)).as("from then on a finding tells it").isEmpty();
        upstream.longestAnswerNanos = Fact.socket(40 * SECOND);
        assertThat(owed(62))
                .containsExactly("The upstream has owed an answer for 1 min 1 s; reported as a hang from 1 min 20 s.");
        client.unansweredTurns = Fact.socket(2L);
        assertThat(owed(35)).as("this client waits for none").isEmpty();
    }

    @Test
    void whatTheClientSendsMeanwhileDoesNotRenewTheTime() {
        upstream.lastSentAt = at(20);
        upstream.unansweredSince = at(1);
        upstream.turnBytesSent = Fact.socket(400L);
        assertThat(owed(35))
                .containsExactly("The upstream has owed an answer for 34 s; reported as a hang from 1 min 0 s.");
    }

    @Test
    void theHabitOfTheRouteCounts() {
        upstream.lastSentAt = at(1);
        upstream.habit = Fact.inferred(new Habit(9, 0, 50 * SECOND));
        assertThat(owed(62))
                .containsExactly("The upstream has owed an answer for 1 min 1 s; reported as a hang from 1 min 40 s.");
    }

    @Test
    void nothingIsOwedAfterAnAnswer() {
        upstream.lastSentAt = at(1);
        upstream.lastReceivedAt = at(2);
        assertThat(owed(35)).isEmpty();
    }

    @Test
    void neitherHasSpoken() {
        upstream.lastReceivedAt = Observation.notObserved();
        upstream.lastSentAt = Observation.notObserved();
        assertThat(owed(9))
                .containsExactly("Neither peer has sent a byte for 9.0 s; reported as a hang from 1 min 0 s.");
    }

    @Test
    void programThatHasNotAcceptedOrRead() {
        upstream.peerSocket = Fact.kernel(socket(0, false));
        assertThat(owed(1))
                .containsExactly("The upstream is connected, and its program has not called accept() for 1.0 s;"
                        + " reported as a hang from 3.0 s.");
        upstream.peerSocket = Fact.kernel(socket(18, true));
        upstream.peerUnreadSince = at(1);
        assertThat(owed(4))
                .containsExactly(
                        "The upstream's program has not read 18 bytes for 3.0 s; reported as a hang from 5.0 s.");
    }

    @Test
    void windowAcknowledgementAndFin() {
        client.zeroWindowSince = at(1);
        assertThat(owed(3))
                .containsExactly("The client keeps its receive window closed for 2.0 s; reported as a hang from 10 s.");
        client.zeroWindowSince = Observation.none(dev.finspect.tcp.Source.KERNEL);
        client.unackedSince = at(1);
        assertThat(owed(3))
                .containsExactly(
                        "The client has not acknowledged what was sent to it for 2.0 s; reported as a hang from 3.0 s.");
        client.localFin = Fact.socket(CloseMark.at(Fact.socket(START + SECOND)));
        assertThat(owed(3))
                .containsExactly("The client has not acknowledged the FIN for 2.0 s; reported as a hang from 3.0 s.");
        client.unackedSince = Observation.notObserved();
        assertThat(owed(31))
                .containsExactly(
                        "The client has not closed after the upstream's FIN for 30 s; reported as a hang from 1 min 0 s.");
    }

    @Test
    void synThatNobodyHasAnswered() {
        upstream.peer = null;
        upstream.establishedAt = Observation.notObserved();
        upstream.attempts.add(new Attempt(
                "db:5432",
                SERVICE,
                null,
                Fact.socket(START),
                null,
                Attempt.Answers.ofSyns(Fact.kernel(2L), Observation.notObserved()),
                null));
        assertThat(owed(2))
                .containsExactly(
                        "The upstream 10.0.0.5:5432 has not answered 2 SYNs for 2.0 s; reported as a hang from 3.0 s.");
    }

    @Test
    void anotherDurationTakesThePlaceOfAllThresholds() {
        upstream.lastSentAt = at(1);
        client.bytesReceived = Fact.socket(9L);
        upstream.bytesSent = Fact.socket(9L);
        SessionRecord record = record(11);
        assertThat(Explanation.of(Explanation.examined(record, Thresholds.STANDARD), List.of())
                        .hangs())
                .isFalse();
        Thresholds soon = Thresholds.STANDARD.after(Duration.ofSeconds(5));
        Explanation explanation = Explanation.of(Explanation.examined(record, soon), List.of(), soon);
        assertThat(explanation.hangs()).isTrue();
        assertThat(explanation.standing()).containsExactly("upstream-silent" + Explanation.POSSIBLE_MARK);
        SessionRecord closed = SampleSession.closed("01A", "db");
        assertThat(Explanation.examined(closed, soon)).isSameAs(closed);
    }

    private List<String> owed(long seconds) {
        return Owed.of(record(seconds), thresholds());
    }

    /** As by default, but for accept(), which would be due before anything is told. */
    private static Thresholds thresholds() {
        Thresholds all = Thresholds.STANDARD;
        return new Thresholds(
                all.connect(),
                Duration.ofSeconds(3),
                all.silence(),
                all.unread(),
                all.nobodySpeaks(),
                all.zeroWindow(),
                all.unacknowledged(),
                all.vanished(),
                all.notClosing(),
                all.finUnacknowledged(),
                all.tlsHandshake(),
                all.idleBeforeReset());
    }

    private SessionRecord record(long seconds) {
        return SampleSession.living(seconds * SECOND, client.build(), upstream.build());
    }

    private static PeerSocket socket(long unread, boolean accepted) {
        return SocketFixture.seen(START, TcpState.ESTABLISHED, unread, 0, accepted, 0, -1, null, null, null);
    }

    private static Fact<Long> at(long second) {
        return Fact.socket(START + second * SECOND);
    }
}
