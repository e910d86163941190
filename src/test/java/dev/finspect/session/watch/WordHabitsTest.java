package dev.finspect.session.watch;

import static dev.finspect.tcp.Leg.CLIENT;
import static dev.finspect.tcp.Leg.UPSTREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SessionPlay;
import dev.finspect.record.Habit;
import dev.finspect.tcp.Observation;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a route's earlier words say of the one that is not answered now. */
final class WordHabitsTest {
    private static final long MILLI = 1_000_000;

    private final RouteDiagnosis diagnosis =
            Objects.requireNonNull(RouteDiagnosis.of(DiagnosisSettings.STANDARD, PeerSockets.NONE));

    @Test
    void wordsOfTheSameSizeAndPlaceSayHowSoonTheyAreAnswered() {
        play().relayed(CLIENT, 100).after(30).relayed(UPSTREAM, 9);
        play().relayed(CLIENT, 70).after(20).relayed(CLIENT, 30).after(20).relayed(UPSTREAM, 9);
        SessionPlay third = play();
        assertThat(habit(third).isNone()).as("nothing is unanswered").isTrue();
        third.relayed(CLIENT, 120);
        assertThat(habit(third).orNull()).isEqualTo(new Habit(2, 0, 40 * MILLI));
        third.relayed(CLIENT, 200);
        assertThat(habit(third).orNull()).as("320 bytes").isEqualTo(new Habit(0, 0, 0));
        third.relayed(UPSTREAM, 9).relayed(CLIENT, 100);
        assertThat(habit(third).orNull()).as("not the first word").isEqualTo(new Habit(0, 0, 0));
    }

    @Test
    void wordsThatNeedNoAnswerAreThoseWithoutOneAtACleanEnd() {
        SessionPlay clean = play().relayed(CLIENT, 100).after(5);
        clean.fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT).ended();
        SessionPlay cut = play().relayed(CLIENT, 100).after(5);
        cut.failed(CLIENT, 104).reset(UPSTREAM).ended();
        SessionPlay answered = play().relayed(CLIENT, 100).after(5).relayed(UPSTREAM, 1);
        answered.fin(CLIENT).shut(UPSTREAM).fin(UPSTREAM).shut(CLIENT).ended();
        assertThat(habit(play().relayed(CLIENT, 100)).orNull()).isEqualTo(new Habit(1, 1, 5 * MILLI));
    }

    private Observation<Habit> habit(SessionPlay play) {
        return diagnosis.habit(play.watched.traffic(UPSTREAM));
    }

    private SessionPlay play() {
        return new SessionPlay(diagnosis).accepted(null, null).connected(null);
    }
}
