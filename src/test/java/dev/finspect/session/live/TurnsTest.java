package dev.finspect.session.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.LegData;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.junit.jupiter.api.Test;

/** Since when a word is unanswered, and how many were answered. */
final class TurnsTest {
    private final SessionPlay play = SessionPlay.connected();

    @Test
    void laterBytesDoNotRenewTheTimeSinceWhichAWordIsUnanswered() {
        assertThat(turns(Leg.UPSTREAM).unansweredSince().isNone()).isTrue();
        play.relayed(Leg.CLIENT, 100);
        Fact<Long> asked = now();
        for (int beat = 0; beat < 5; beat++) {
            play.after(10_000).relayed(Leg.CLIENT, 9);
        }
        assertThat(turns(Leg.UPSTREAM).unansweredSince()).isEqualTo(asked);
        assertThat(turns(Leg.UPSTREAM).answeredTurns().orNull()).isZero();
        play.relayed(Leg.UPSTREAM, 5);
        assertThat(turns(Leg.UPSTREAM).unansweredSince().isNone()).isTrue();
        assertThat(turns(Leg.UPSTREAM).answeredTurns().orNull()).isEqualTo(1);
        assertThat(turns(Leg.CLIENT).unansweredSince()).isEqualTo(now());
        play.relayed(Leg.UPSTREAM, 5);
        assertThat(turns(Leg.UPSTREAM).answeredTurns().orNull())
                .as("the same answer")
                .isEqualTo(1);
    }

    @Test
    void clientIsTakenForOneThatAwaitsNoAnswersOnlyBeforeItsFirst() {
        play.relayed(Leg.CLIENT, 9).after(2_000).relayed(Leg.CLIENT, 9);
        assertThat(turns(Leg.CLIENT).unansweredTurns().orNull()).isEqualTo(1);
        play.relayed(Leg.UPSTREAM, 9).after(2_000);
        play.relayed(Leg.CLIENT, 9).after(2_000).relayed(Leg.CLIENT, 9);
        assertThat(turns(Leg.CLIENT).unansweredTurns().orNull()).isEqualTo(1);
    }

    @Test
    void serviceThatPushesAfterAnAnswerGoesOnUnasked() {
        play.relayed(Leg.UPSTREAM, 9).relayed(Leg.CLIENT, 9).after(1).relayed(Leg.UPSTREAM, 9);
        play.after(2_000).relayed(Leg.UPSTREAM, 9);
        assertThat(turns(Leg.UPSTREAM).unansweredTurns().orNull()).isEqualTo(1);
    }

    @Test
    void longestAnswerBelowAMillisecondIsKept() {
        LegTraffic traffic = new LegTraffic();
        traffic.sent(5, 1_000_000);
        traffic.received(5, 1_300_000);
        assertThat(traffic.longestAnswerNanos).isEqualTo(300_000);
        traffic.sent(5, 2_000_000);
        traffic.received(5, 2_000_700);
        assertThat(traffic.longestAnswerNanos).isEqualTo(300_000);
    }

    @Test
    void answerToSeveralWordsTookAsLongAsTheFirstOfThemWaited() {
        LegTraffic traffic = new LegTraffic();
        traffic.sent(5, 1_000_000);
        traffic.sent(5, 5_000_000);
        traffic.received(5, 6_000_000);
        assertThat(traffic.longestAnswerNanos).isEqualTo(5_000_000);
    }

    @Test
    void answerToAnUploadTookAsLongAsItsLastByteWaited() {
        LegTraffic traffic = new LegTraffic();
        traffic.sent(20_000, 1_000_000);
        traffic.sent(20_000, 5_000_000);
        traffic.received(5, 6_000_000);
        assertThat(traffic.longestAnswerNanos).isEqualTo(1_000_000);
    }

    private LegData.Turns turns(Leg leg) {
        return (leg == Leg.CLIENT ? play.record().client() : play.record().upstream())
                .data()
                .turns();
    }

    private Fact<Long> now() {
        return Fact.socket(play.watched.identity().epochNanos(play.nowNanos));
    }
}
