package dev.finspect.cli.demo;

import dev.finspect.log.text.TextNotes;
import dev.finspect.record.Outcome;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.explain.Explained;
import dev.finspect.session.explain.Explanation;
import dev.finspect.tcp.HumanUnits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats sessions as lines of at most 79 characters, for a terminal of 80 columns. */
final class DemoLine {
    private static final int WIDTH = 79;
    private static final int NAME_WIDTH = 15;
    private static final int TIME_WIDTH = 7;
    private static final int OUTCOME_WIDTH = 15;
    private static final int ORDER_WIDTH = 24;
    private static final int BYTES_WIDTH = 8;
    private static final String OPEN = "open ";
    private static final int START_WIDTH = NAME_WIDTH + TIME_WIDTH + 2;
    private static final String INDENT = " ".repeat(20);

    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String CYAN = "\u001b[36m";

    private final boolean colour;

    DemoLine(boolean colour) {
        this.colour = colour;
    }

    /** The column headings. */
    String header() {
        return paint(
                left("ROUTE", NAME_WIDTH)
                        + right("LASTED", TIME_WIDTH)
                        + "  "
                        + left("OUTCOME", OUTCOME_WIDTH)
                        + left("CLOSE ORDER", ORDER_WIDTH)
                        + right("UP", BYTES_WIDTH)
                        + right("DOWN", BYTES_WIDTH),
                DIM);
    }

    /** A closed session: a line, and below it what was unusual. */
    List<String> closed(SessionRecord session) {
        Outcome outcome = session.outcome();
        List<String> lines = new ArrayList<>();
        lines.add(start(session)
                + paint(left(outcome == null ? "?" : outcome.label(), OUTCOME_WIDTH), colourOf(outcome))
                + left(session.close().orderText(), ORDER_WIDTH)
                + right(HumanUnits.bytes(session.client().bytesReceived()), BYTES_WIDTH)
                + right(HumanUnits.bytes(session.upstream().bytesReceived()), BYTES_WIDTH));
        for (String notes : folded(notes(session), WIDTH - INDENT.length())) {
            lines.add(INDENT + paint(notes, DIM));
        }
        return lines;
    }

    /** A session that hangs: a line, and below it the finding's sentence. */
    List<String> hung(SessionRecord session) {
        Diagnosed diagnosed = session.diagnosed();
        SessionFinding about = diagnosed == null ? null : diagnosed.about();
        if (about == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add(start(session)
                + paint(left("hangs", OUTCOME_WIDTH), RED)
                + about.finding().id().label());
        for (Explained each : Explanation.of(session, List.of()).findings()) {
            if (each.finding().sameAs(about.finding()) && each.hangs()) {
                broken(each.sentence(), WIDTH - INDENT.length()).forEach(part -> lines.add(INDENT + part));
            }
        }
        return lines;
    }

    /** Wraps the text between words. */
    private static List<String> broken(String text, int room) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > room) {
            int at = rest.lastIndexOf(' ', room);
            if (at <= 0) {
                break;
            }
            lines.add(rest.substring(0, at));
            rest = rest.substring(at + 1);
        }
        lines.add(rest);
        return lines;
    }

    /** An open session: one line. */
    String living(SessionRecord session) {
        int room = WIDTH - START_WIDTH - OPEN.length();
        String folded = folded(notes(session), room).stream().findFirst().orElse("");
        String shown = cut(folded, room);
        shown = shown.endsWith(",") ? shown.substring(0, shown.length() - 1) : shown;
        return start(session) + paint(shown.isEmpty() ? OPEN.strip() : OPEN, CYAN) + paint(shown, DIM);
    }

    /** Truncates the text between words. */
    private static String cut(String text, int room) {
        return text.length() <= room ? text : text.substring(0, Math.max(0, text.lastIndexOf(' ', room)));
    }

    private String start(SessionRecord session) {
        return left(session.identity().route(), NAME_WIDTH)
                + right(HumanUnits.duration(session.durationNanos()), TIME_WIDTH) + "  ";
    }

    /** The notes that add to what the line shows. */
    private static List<String> notes(SessionRecord session) {
        Outcome outcome = session.outcome();
        return TextNotes.of(session).stream()
                .distinct()
                .filter(note -> outcome == null || !note.equals(outcome.label()))
                .filter(note -> !session.close().order().stream()
                        .anyMatch(act -> act.label().equals(note)))
                .toList();
    }

    /** Joins as many notes as fit on a line; does not break a note. */
    private static List<String> folded(List<String> notes, int room) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String note : notes) {
            if (line.length() > 0 && line.length() + 2 + note.length() >= room) {
                lines.add(line.append(',').toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : ", ").append(note);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }

    private static String colourOf(@Nullable Outcome outcome) {
        if (outcome == null) {
            return "";
        }
        return switch (outcome) {
            case CLEAN -> GREEN;
            case RESET, CONNECT_FAILED -> RED;
            case TIMED_OUT, REFUSED_BY_POLICY, PROXY -> YELLOW;
        };
    }

    /** The text in this colour, if colours are on. */
    String paint(String text, String paint) {
        return colour && !paint.isEmpty() && !text.isEmpty() ? paint + text + RESET : text;
    }

    /** The text in grey. */
    String dim(String text) {
        return paint(text, DIM);
    }

    static String left(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
