package dev.finspect.log.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.finspect.diagnose.Evidence;
import dev.finspect.session.explain.Ladder;
import dev.finspect.session.explain.LadderLine;
import dev.finspect.session.explain.Passed;
import dev.finspect.session.explain.Rung;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * Encodes a ladder: its steps as {@code events}, and in {@code lines} what is drawn from top to bottom, which is a step by its
 * index, a gap with what passed meanwhile on each leg, or steps that are left out.
 */
final class JsonLadder {
    private JsonLadder() {}

    static void write(Ladder ladder, JsonGenerator json) throws IOException {
        json.writeStartObject();
        time("from", ladder.fromEpochNanos(), json);
        time("to", ladder.toEpochNanos(), json);
        json.writeNumberField("omitted", ladder.omitted());
        json.writeArrayFieldStart("events");
        for (Rung rung : ladder.rungs()) {
            event(rung, json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("lines");
        int event = 0;
        for (LadderLine line : ladder.lines()) {
            json.writeStartObject();
            if (line instanceof Ladder.Break gap) {
                gap(gap, json);
            } else if (line instanceof Ladder.Omission omission) {
                json.writeNumberField("omitted", omission.rungs());
                seconds(omission.nanos(), json);
            } else {
                json.writeNumberField("event", event++);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void event(Rung rung, JsonGenerator json) throws IOException {
        json.writeStartObject();
        time("at", rung.atEpochNanos(), json);
        time("until", rung.untilEpochNanos(), json);
        json.writeStringField("leg", rung.leg().label());
        json.writeStringField("what", rung.what().label());
        json.writeStringField("direction", rung.towardsPeer() ? "sent" : "received");
        json.writeStringField("label", rung.label());
        json.writeNumberField("closing", rung.closing());
        json.writeStringField("source", rung.source().label());
        json.writeEndObject();
    }

    private static void gap(Ladder.Break gap, JsonGenerator json) throws IOException {
        Passed upstream = gap.upstream();
        json.writeObjectFieldStart("gap");
        seconds(gap.nanos(), json);
        json.writeStringField("client", gap.client().words());
        json.writeStringField("upstream", upstream == null ? null : upstream.words());
        json.writeEndObject();
    }

    private static void seconds(long nanos, JsonGenerator json) throws IOException {
        json.writeNumberField("seconds", BigDecimal.valueOf(nanos, 9));
    }

    /** A moment in seconds since the Unix epoch; null for none. */
    static void time(String name, long epochNanos, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        if (epochNanos == Evidence.TIMELESS) {
            json.writeNull();
        } else {
            json.writeNumber(BigDecimal.valueOf(epochNanos, 9));
        }
    }
}
