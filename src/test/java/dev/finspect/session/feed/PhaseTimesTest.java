package dev.finspect.session.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.diagnose.Blame;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Leg;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** In which phase a session was for how long, and who has the turn. Times in milliseconds. */
final class PhaseTimesTest {
    private final SessionPlay play = SessionPlay.connected();

    @Test
    void requestsAnswersAndRestsHaveTheirTimeAndAddUp() {
        play.after(100).relayed(Leg.CLIENT, 100).after(50).relayed(Leg.CLIENT, 100);
        play.after(300).relayed(Leg.UPSTREAM, 10).after(20).relayed(Leg.UPSTREAM, 10);
        play.after(5_000).relayed(Leg.CLIENT, 100).after(30).relayed(Leg.UPSTREAM, 10);
        play.after(400);
        assertThat(phases())
                .containsKey(Phase.CONNECT)
                .containsEntry(Phase.REQUEST, 150L)
                .containsEntry(Phase.WAITING, 330L)
                .containsEntry(Phase.ANSWERING, 420L)
                .containsEntry(Phase.IDLE, 5_000L);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.ANSWERING, epoch(-400), Blame.UPSTREAM));
        play.after(2_000);
        assertThat(phases()).containsEntry(Phase.ANSWERING, 20L).containsEntry(Phase.IDLE, 7_400L);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.IDLE, epoch(-2_400), null));
    }

    @Test
    void unansweredRequestIsWaitedForByTheClient() {
        play.after(10).relayed(Leg.CLIENT, 400).after(42_000);
        assertThat(phases()).containsEntry(Phase.WAITING, 42_000L);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.WAITING, epoch(-42_000), Blame.UPSTREAM));
    }

    @Test
    void clientThatSpeaksOnUnansweredAwaitsNothing() {
        play.relayed(Leg.CLIENT, 9).after(2_000).relayed(Leg.CLIENT, 9);
        play.after(2_000).relayed(Leg.CLIENT, 9).after(3_000);
        assertThat(phases()).doesNotContainKey(Phase.WAITING).containsEntry(Phase.IDLE, 3_000L);
        assertThat(now().owes()).isNull();
    }

    @Test
    void smallLastWordOfAnAnsweredClientAwaitsNothing() {
        play.relayed(Leg.CLIENT, 400)
                .after(5)
                .relayed(Leg.UPSTREAM, 400)
                .after(5)
                .relayed(Leg.CLIENT, 31)
                .after(9_000);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.IDLE, epoch(-9_000), null));
    }

    @Test
    void whileNobodyHasSpokenNobodyOwes() {
        play.after(7_000);
        assertThat(phases()).containsEntry(Phase.REQUEST, 7_000L);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.REQUEST, epoch(-7_000), null));
    }

    @Test
    void greetingWasWaitedForAndNotTheClient() {
        play.after(600).relayed(Leg.UPSTREAM, 20).after(10).relayed(Leg.CLIENT, 5);
        assertThat(phases()).containsEntry(Phase.WAITING, 600L).doesNotContainKey(Phase.REQUEST);
    }

    @Test
    void connectGoesOnUntilTheUpstreamAnswers() {
        SessionPlay connecting = new SessionPlay().accepted(null, null).after(30);
        assertThat(phases(connecting.record())).containsExactly(Map.entry(Phase.NAME, 30L));
        assertThat(now(connecting).owes()).isNull();
        connecting.tell(new SessionEvent.AttemptBegun(connecting.nowNanos, "db:1", SessionPlay.UPSTREAM));
        connecting.after(4_000);
        assertThat(phases(connecting.record()))
                .containsExactly(Map.entry(Phase.NAME, 30L), Map.entry(Phase.CONNECT, 4_000L));
        assertThat(now(connecting).owes()).isEqualTo(Blame.UPSTREAM_SIDE);
        connecting.attemptFailed(ConnectResult.TIMED_OUT).after(10);
        assertThat(now(connecting).owes()).isNull();
    }

    @Test
    void whoTakesNoMoreHoldsTheOtherBack() {
        play.relayed(Leg.CLIENT, 100).after(10).relayed(Leg.UPSTREAM, 1_000);
        play.tell(new SessionEvent.Paused(play.nowNanos, Leg.UPSTREAM)).after(8_000);
        assertThat(phases()).containsEntry(Phase.HELD_BY_CLIENT, 8_000L);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.HELD_BY_CLIENT, epoch(-8_000), Blame.CLIENT));
        play.tell(new SessionEvent.Resumed(play.nowNanos, Leg.UPSTREAM))
                .relayed(Leg.UPSTREAM, 1_000)
                .after(5_000);
        assertThat(phases())
                .containsEntry(Phase.HELD_BY_CLIENT, 8_000L)
                .containsEntry(Phase.IDLE, 5_000L)
                .doesNotContainKey(Phase.ANSWERING);
        play.tell(new SessionEvent.Paused(play.nowNanos, Leg.CLIENT)).after(3_000);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.HELD_BY_UPSTREAM, epoch(-3_000), Blame.UPSTREAM));
        play.tell(new SessionEvent.Paused(play.nowNanos, Leg.UPSTREAM)).after(1);
        assertThat(now().phase()).isEqualTo(Phase.HELD_BY_UPSTREAM);
    }

    @Test
    void halfCloseIsWaitedForAsAnAnswerFirstAndAsACloseThen() {
        play.relayed(Leg.CLIENT, 400).after(1).fin(Leg.CLIENT).after(5_000);
        assertThat(now().phase()).isEqualTo(Phase.WAITING);
        assertThat(LiveState.of(play.record())).isEqualTo(LiveState.HALF_CLOSED);
        play.relayed(Leg.UPSTREAM, 400).after(3_000);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.CLOSING, epoch(-3_000), Blame.UPSTREAM));
        play.fin(Leg.UPSTREAM).after(1);
        assertThat(LiveState.of(play.record())).isEqualTo(LiveState.CLOSING);
        assertThat(now().owes()).isNull();
        assertThat(PhaseTimes.of(play.ended()).now()).isNull();
    }

    @Test
    void upstreamThatClosedFirstWaitsForTheClient() {
        play.relayed(Leg.CLIENT, 400)
                .after(1)
                .relayed(Leg.UPSTREAM, 400)
                .fin(Leg.UPSTREAM)
                .after(4_000);
        assertThat(now()).isEqualTo(new PhaseBar.Growing(Phase.CLOSING, epoch(-4_000), Blame.CLIENT));
        play.proxyEnded(ProxyReason.OPERATOR_RESET).reset(Leg.CLIENT).reset(Leg.UPSTREAM);
        assertThat(LiveState.of(play.record())).isEqualTo(LiveState.CLOSING);
        assertThat(now().owes()).isNull();
        assertThat(LiveState.of(play.ended())).isEqualTo(LiveState.CLOSED);
    }

    private PhaseBar.Growing now() {
        return now(play);
    }

    private static PhaseBar.Growing now(SessionPlay play) {
        PhaseBar.Growing now = PhaseTimes.of(play.record()).now();
        assertThat(now).isNotNull();
        return java.util.Objects.requireNonNull(now);
    }

    /** Every bar adds up to the session's duration. */
    private Map<Phase, Long> phases() {
        return phases(play.record());
    }

    private static Map<Phase, Long> phases(SessionRecord record) {
        PhaseBar bar = PhaseTimes.of(record);
        Map<Phase, Long> millis = new TreeMap<>();
        long sum = 0;
        for (Phase phase : Phase.values()) {
            sum += bar.nanos(phase);
            if (bar.nanos(phase) > 0) {
                millis.put(phase, bar.nanos(phase) / 1_000_000);
            }
        }
        assertThat(sum).isEqualTo(record.durationNanos());
        return millis;
    }

    private long epoch(long agoMillis) {
        return SessionPlay.START_EPOCH_NANOS + (play.nowNanos - SessionPlay.START_NANOS) + agoMillis * 1_000_000;
    }
}
