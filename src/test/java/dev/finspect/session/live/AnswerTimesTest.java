package dev.finspect.session.live;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.Info;
import dev.finspect.fixture.SessionPlay;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationBatch;
import dev.finspect.lifecycle.turn.DurationSummary;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Leg;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long answers and pauses took, as the relay's reads and writes show it. */
final class AnswerTimesTest {
    private static final long MILLI = 1_000_000;

    private final SessionPlay play = SessionPlay.connected();
    private final IoRound round = new IoRound();

    @Test
    void answerIsTimedFromTheLastByteOfTheRequestToItsFirstAndToItsLast() {
        play.relayed(CLIENT, 100).after(5).relayed(CLIENT, 100);
        play.after(30).relayed(UPSTREAM, 1_000).after(12).relayed(UPSTREAM, 1_000);
        assertThat(firsts(UPSTREAM).mostNanos()).isEqualTo(30 * MILLI);
        assertThat(answers(UPSTREAM).wholes()).as("it may go on").isNull();
        play.after(200).relayed(CLIENT, 100);
        assertThat(Objects.requireNonNull(answers(UPSTREAM).wholes()).mostNanos())
                .isEqualTo(42 * MILLI);
        assertThat(firsts(CLIENT).mostNanos()).as("how long the client thought").isEqualTo(200 * MILLI);
        assertThat(answers(CLIENT).wholes()).isNull();
    }

    @Test
    void greetingIsNoAnswer() {
        play.relayed(UPSTREAM, 20);
        assertThat(play.record().upstream().data().turns().answers().isNone()).isTrue();
    }

    @Test
    void whatIsReadInTheRoundInWhichTheOtherWordWasPassedOnIsNoAnswerToIt() {
        play.watched.tracker().on(round);
        for (int i = 0; i < 5; i++) {
            round.begin();
            play.after(1).relayed(CLIENT, 10).relayed(UPSTREAM, 10);
        }
        assertThat(answers(UPSTREAM)).isEqualTo(new Answers(null, null, 5));
        assertThat(answers(CLIENT).answered())
                .as("the client, after its first word")
                .isEqualTo(4);
        assertThat(play.record().interleaved()).isTrue();
        SessionEvent.TurnsCounted counted = taken(false);
        assertThat(counted).isEqualTo(SessionEvent.TurnsCounted.interleaved(play.nowNanos, 9));
    }

    @Test
    void answerInTheNextRoundIsOne() {
        play.watched.tracker().on(round);
        round.begin();
        play.relayed(CLIENT, 10);
        round.begin();
        play.after(1).relayed(UPSTREAM, 10);
        assertThat(answers(UPSTREAM).crossed()).isZero();
        assertThat(firsts(UPSTREAM).count()).isEqualTo(1);
    }

    @Test
    void whatComesSoonerThanARoundTripAllowsIsNoAnswer() {
        play.sampled(UPSTREAM, new Info().minRtt(40_000));
        play.relayed(CLIENT, 10).after(19).relayed(UPSTREAM, 10);
        assertThat(answers(UPSTREAM)).isEqualTo(new Answers(null, null, 1));
        play.after(100).relayed(CLIENT, 10).after(41).relayed(UPSTREAM, 10);
        assertThat(firsts(UPSTREAM).mostNanos()).isEqualTo(41 * MILLI);
    }

    @Test
    void shortRoundTripAndThatOfTheHandshakeAloneSayNothing() {
        play.sampled(UPSTREAM, new Info().minRtt(999))
                .sampled(UPSTREAM, new Info().minRtt(40_000).unacked(0, 1));
        play.relayed(CLIENT, 10).relayed(UPSTREAM, 10);
        assertThat(firsts(UPSTREAM).mostNanos()).isZero();
    }

    @Test
    void crossedWordLeavesTheEndOfTheAnswerOpen() {
        play.watched.tracker().on(round);
        round.begin();
        play.relayed(CLIENT, 10);
        round.begin();
        play.after(5).relayed(UPSTREAM, 10).relayed(CLIENT, 10);
        assertThat(answers(CLIENT).crossed()).isEqualTo(1);
        assertThat(answers(UPSTREAM).wholes()).isNull();
        assertThat(play.record().interleaved()).as("a single one").isFalse();
    }

    @Test
    void whatWasCountedIsTakenOnceAndTheLastAnswerAtTheEnd() {
        assertThat(play.watched.tracker().takeTurns(false, play.nowNanos)).isNull();
        play.relayed(CLIENT, 10).after(5).relayed(UPSTREAM, 10);
        SessionEvent.TurnsCounted first = taken(false);
        assertThat(count(first.answers())).isEqualTo(1);
        assertThat(first.wholeAnswers()).isNull();
        assertThat(first.thinking()).isNull();
        assertThat(play.watched.tracker().takeTurns(false, play.nowNanos)).isNull();
        play.after(5).relayed(CLIENT, 10).after(7).relayed(UPSTREAM, 10);
        SessionEvent.TurnsCounted last = taken(true);
        assertThat(count(last.answers())).isEqualTo(1);
        assertThat(count(last.wholeAnswers())).isEqualTo(2);
        assertThat(count(last.thinking())).isEqualTo(1);
    }

    @Test
    void answerThatAResetCutsOffIsNotWhole() {
        play.relayed(CLIENT, 10).after(5).relayed(UPSTREAM, 10).failed(UPSTREAM, 104);
        assertThat(taken(true).wholeAnswers()).isNull();
        SessionPlay other = SessionPlay.connected().relayed(CLIENT, 10).after(5).relayed(UPSTREAM, 10);
        other.failed(CLIENT, 104);
        assertThat(Objects.requireNonNull(other.watched.tracker().takeTurns(true, other.nowNanos))
                        .wholeAnswers())
                .isNull();
    }

    @Test
    void rareCrossingsDoNotMakeASessionInterleaved() {
        assertThat(Answers.interleave(0, 2)).isFalse();
        assertThat(Answers.interleave(0, 3)).isTrue();
        assertThat(Answers.interleave(297, 3)).isTrue();
        assertThat(Answers.interleave(298, 3)).isFalse();
    }

    private SessionEvent.TurnsCounted taken(boolean last) {
        return Objects.requireNonNull(play.watched.tracker().takeTurns(last, play.nowNanos));
    }

    private static long count(@Nullable DurationBatch batch) {
        return Objects.requireNonNull(batch).count();
    }

    private DurationSummary firsts(Leg leg) {
        return Objects.requireNonNull(answers(leg).firsts());
    }

    private Answers answers(Leg leg) {
        SessionRecord record = play.record();
        return Objects.requireNonNull(record.answers(leg).orNull());
    }
}
