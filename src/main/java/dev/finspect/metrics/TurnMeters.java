package dev.finspect.metrics;

import dev.finspect.lifecycle.turn.DurationBatch;
import dev.finspect.session.SessionEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of a route for how long turns take. Any thread. */
final class TurnMeters {
    private final Timer answer;
    private final Timer wholeAnswer;
    private final Timer thinking;
    private final Counter interleaved;

    TurnMeters(Registry registry, String route) {
        answer = registry.histogram(Meters.ANSWER_DURATION, route);
        wholeAnswer = registry.histogram(Meters.WHOLE_ANSWER_DURATION, route);
        thinking = registry.histogram(Meters.THINK_DURATION, route);
        interleaved = registry.counter(Meters.INTERLEAVED_TURNS, route);
    }

    /** Takes what a session counted in about a second. */
    void counted(SessionEvent.TurnsCounted turns) {
        record(turns.answers(), answer);
        record(turns.wholeAnswers(), wholeAnswer);
        record(turns.thinking(), thinking);
        if (turns.interleaved() > 0) {
            interleaved.increment((double) turns.interleaved());
        }
    }

    /** One by one, since Micrometer takes no counts: so many turns took as many system calls, each of which costs far more. */
    private static void record(@Nullable DurationBatch batch, Timer timer) {
        if (batch != null) {
            batch.each((nanos, times) -> {
                for (long i = 0; i < times; i++) {
                    timer.record(nanos, TimeUnit.NANOSECONDS);
                }
            });
        }
    }
}
