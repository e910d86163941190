package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.lifecycle.turn.DurationSummary;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/** Writes how long the turns of a session took. */
final class JsonTurns {
    private static final SerializedString INTERLEAVED = new SerializedString("interleaved");
    private static final SerializedString CROSSED = new SerializedString("crossed");
    private static final SerializedString ANSWER = new SerializedString("answer");
    private static final SerializedString WHOLE_ANSWER = new SerializedString("whole_answer");
    private static final SerializedString THINKING = new SerializedString("thinking");
    private static final SerializedString COUNT = new SerializedString("count");
    private static final SerializedString TOTAL_SECONDS = new SerializedString("total_seconds");
    private static final SerializedString LEAST_SECONDS = new SerializedString("least_seconds");
    private static final SerializedString MEDIAN_SECONDS = new SerializedString("median_seconds");
    private static final SerializedString P90_SECONDS = new SerializedString("p90_seconds");
    private static final SerializedString P99_SECONDS = new SerializedString("p99_seconds");
    private static final SerializedString MOST_SECONDS = new SerializedString("most_seconds");
    private static final SerializedString SOURCE = new SerializedString("source");

    private JsonTurns() {}

    /** Null where no turn was seen. */
    static void write(SessionRecord session, FactWriter out) {
        Fact<Answers> upstream = session.answers(Leg.UPSTREAM).fact();
        Fact<Answers> client = session.answers(Leg.CLIENT).fact();
        Fact<Answers> any = upstream == null ? client : upstream;
        if (any == null) {
            out.json.writeNull();
            return;
        }
        Answers answers = upstream == null ? Answers.NONE : upstream.value();
        Answers thinking = client == null ? Answers.NONE : client.value();
        out.json.writeStartObject();
        out.flag(INTERLEAVED, session.interleaved());
        out.number(CROSSED, answers.crossed() + thinking.crossed());
        durations(ANSWER, answers.firsts(), out);
        durations(WHOLE_ANSWER, answers.wholes(), out);
        durations(THINKING, thinking.firsts(), out);
        out.text(SOURCE, any.source().label());
        out.json.writeEndObject();
    }

    private static void durations(SerializedString name, @Nullable DurationSummary durations, FactWriter out) {
        out.json.writeFieldName(name);
        if (durations == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.number(COUNT, durations.count());
        out.seconds(TOTAL_SECONDS, durations.totalNanos());
        out.seconds(LEAST_SECONDS, durations.leastNanos());
        out.seconds(MEDIAN_SECONDS, durations.medianNanos());
        out.seconds(P90_SECONDS, durations.p90Nanos());
        out.seconds(P99_SECONDS, durations.p99Nanos());
        out.seconds(MOST_SECONDS, durations.mostNanos());
        out.json.writeEndObject();
    }
}
