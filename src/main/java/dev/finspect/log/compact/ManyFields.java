package dev.finspect.log.compact;

import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import java.util.List;

/** The fields of the line that stands for lines about many sessions. */
final class ManyFields {
    /** Most sessions of a line, so that it is not longer than 8 KB. */
    static final int MOST_IDS = 300;

    private static final RecordEvent[] EVENTS = {RecordEvent.HUNG, RecordEvent.RECOVERED, RecordEvent.PROGRESS};

    static final Table<OmittedLines> TABLE = new Table<>(
            "A line that stands for lines about many sessions that were left out.",
            List.of(
                    Field.<OmittedLines>time("time", "of the last of these lines", OmittedLines::toEpochNanos)
                            .always(),
                    Field.<OmittedLines, Severity>word(
                                    "severity",
                                    "how much it matters",
                                    Severity.values(),
                                    Severity::name,
                                    lines -> Severity.of(lines).name())
                            .always(),
                    Field.<OmittedLines, RecordEvent>word(
                                    "event",
                                    "what the lines are about",
                                    EVENTS,
                                    OmittedLines::label,
                                    lines -> OmittedLines.label(lines.event()))
                            .always(),
                    SessionFields.schema(),
                    SessionFields.instance(),
                    Field.<OmittedLines>text("route", "name of the route", OmittedLines::route),
                    Field.<OmittedLines>text(
                            "peer", "an upstream's address and port, or a client's address", OmittedLines::peer)),
            FindingFields.below(OmittedLines::finding),
            List.of(
                    Field.<OmittedLines>time("from", "time of the first of these lines", OmittedLines::fromEpochNanos)
                            .always(),
                    Field.<OmittedLines>time("to", "time of the last of them", OmittedLines::toEpochNanos)
                            .always(),
                    Field.<OmittedLines>number(
                                    "count",
                                    "number of sessions in this line",
                                    lines -> lines.ids().size())
                            .always(),
                    Field.<OmittedLines>of(
                                    "ids",
                                    Shape.of(Shape.Kind.TEXTS),
                                    "the sessions, at most " + MOST_IDS + "; another line has the next",
                                    (lines, field, out) -> out.texts(field, lines.ids()))
                            .always()));

    private ManyFields() {}
}
