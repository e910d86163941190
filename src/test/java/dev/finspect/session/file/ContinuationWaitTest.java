package dev.finspect.session.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.WirePlay;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.ConnectionListener;
import dev.finspect.lifecycle.connection.Connections;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One TCP connection that time limits cut into several records is judged as one. */
final class ContinuationWaitTest {
    private static final long SECOND = 1_000_000;

    private static WirePlay play() {
        return WirePlay.of(1, 5_000, 2, 80);
    }

    /** The records of a capture that ends {@code seconds} after its last segment. */
    private static List<SessionRecord> records(long seconds, WirePlay... plays) {
        return records(true, seconds, plays);
    }

    /** The same; without {@code ends}, of a capture that goes on. */
    private static List<SessionRecord> records(boolean ends, long seconds, WirePlay... plays) {
        CapturedRecords records = new CapturedRecords(WirePlay.START, 0);
        List<SessionRecord> out = new ArrayList<>();
        long[] now = {WirePlay.START};
        ContinuationWait wait = new ContinuationWait(
                (facts, continued) -> out.add(continued ? records.continued(facts) : records.alone(facts, now[0])));
        Connections connections = new Connections(WirePlay.settings(), new ConnectionListener() {
            @Override
            public void finished(ConnectionFacts facts) {
                wait.finished(facts);
            }

            @Override
            public void continued(long number) {
                wait.continued(number);
            }
        });
        WirePlay.merged(List.of(plays)).forEach(segment -> {
            now[0] = segment.atNanos();
            connections.segment(segment);
            wait.advanceTo(segment.atNanos());
        });
        now[0] += seconds * 1_000_000_000L;
        connections.advanceTo(now[0]);
        wait.advanceTo(now[0]);
        if (ends) {
            connections.finish();
            wait.finish();
        }
        return out;
    }

    private static List<String> findings(SessionRecord record) {
        return Objects.requireNonNull(record.diagnosed()).findings().stream()
                .map(each -> each.finding().id().label())
                .toList();
    }

    @Test
    void synThatIsAnsweredAtALaterResendFailedNowhere() {
        WirePlay late = play().syn(0)
                .syn(SECOND)
                .syn(3 * SECOND)
                .syn(7 * SECOND)
                .syn(15 * SECOND)
                .synAck(15 * SECOND + 100)
                .ack(15 * SECOND + 200, true)
                .data(16 * SECOND, true, 100)
                .data(16 * SECOND + 100, false, 100)
                .ack(16 * SECOND + 200, true)
                .closed(17 * SECOND);
        List<SessionRecord> records = records(0, late);
        assertThat(records).hasSizeGreaterThan(1).noneMatch(each -> each.event() == RecordEvent.ATTEMPT_FAILED);
        assertThat(records).allSatisfy(each -> assertThat(findings(each)).isEmpty());
        SessionRecord last = records.get(records.size() - 1);
        assertThat(last.event()).isEqualTo(RecordEvent.CLOSED);
        assertThat(Objects.requireNonNull(last.client().wire()).continuesEarlier())
                .isTrue();
        assertThat(last.client().wire().isComplete()).isFalse();
        assertThat(last.client().handshake().originator().retransmits().orNull())
                .isEqualTo(4L);
        assertThat(last.client().wire().facts().whole().originator().syn())
                .matches(syn -> syn != null && syn.retransmits() == 4);
    }

    @Test
    void synThatIsNeverAnsweredFailsOnceItsNextResendIsOverdue() {
        WirePlay never = play().syn(0).syn(SECOND).syn(3 * SECOND);
        assertThat(records(false, 4, never)).isEmpty();
        assertThat(records(false, 30, never))
                .singleElement()
                .satisfies(each -> assertThat(each.event()).isEqualTo(RecordEvent.ATTEMPT_FAILED));
    }

    /** Also across the limit that ends a connection whose both FINs were seen. */
    @Test
    void finThatIsSentAgainAndAgainEndsNothing() {
        WirePlay lost = play().opened(0)
                .data(100, true, 500)
                .data(200, false, 2_000)
                .ack(300, true)
                .fin(400, true)
                .ack(500, false);
        lost.fin(600, false);
        for (long at :
                new long[] {200_000, 600_000, 1_400_000, 3_000_000, 6_200_000, 12_600_000, 25_400_000, 51_000_000}) {
            lost.finAgain(at, false);
        }
        List<SessionRecord> records = records(60, lost);
        assertThat(records).hasSizeGreaterThan(2).allMatch(each -> each.event() == RecordEvent.PROGRESS);
        assertThat(records.subList(0, records.size() - 1))
                .allSatisfy(each -> assertThat(findings(each)).isEmpty());
        SessionRecord last = records.get(records.size() - 1);
        assertThat(findings(last)).isNotEmpty();
        ConnectionFacts whole =
                Objects.requireNonNull(last.client().wire()).facts().whole();
        assertThat(whole.midStream()).isFalse();
        assertThat(whole.close().order()).anyMatch(fin -> fin.retransmits() == 8 && fin.ackNanos() == null);
        assertThat(whole.number()).isEqualTo(1);
    }

    @Test
    void portsThatAreUsedAgainAreAnotherConnection() {
        WirePlay first = play().opened(0).closed(100);
        WirePlay second = play().syn(10 * SECOND);
        List<SessionRecord> records = records(30, first, second);
        assertThat(records).hasSize(2);
        assertThat(records.get(0).event()).isEqualTo(RecordEvent.CLOSED);
        assertThat(Objects.requireNonNull(records.get(1).client().wire())
                        .facts()
                        .whole()
                        .number())
                .isIn(1L, 2L);
    }

    /** The second try of a client whose first one met an old connection, with the same number. */
    @Test
    void synAfterAnRstIsAnotherAttempt() {
        WirePlay tries = play().syn(0)
                .rst(100, true)
                .syn(3 * SECOND)
                .synAck(3 * SECOND + 10)
                .ack(3 * SECOND + 20, true)
                .closed(4 * SECOND);
        List<SessionRecord> records = records(30, tries);
        assertThat(records).hasSize(2);
        assertThat(records.get(1).event()).isEqualTo(RecordEvent.CLOSED);
        assertThat(records.get(1).errorType()).isNull();
        ConnectionFacts facts =
                Objects.requireNonNull(records.get(1).client().wire()).facts();
        assertThat(facts.whole()).isSameAs(facts);
    }
}
