package dev.finspect.session.explain;

import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Draws a ladder in 79 columns of ASCII: three lines for client, finspect and upstream, an arrow a rung, a break where nothing
 * passed for a second or more. A segment that was captured is drawn with dashes, what only sockets show with dots.
 */
final class LadderText {
    private static final int TIME = 11;
    private static final int LANE = 32;
    private static final long GAP_NANOS = 1_000_000_000L;
    private static final String REST = " ".repeat(LANE);

    private LadderText() {}

    /** One string a line. */
    static List<String> lines(Ladder ladder) {
        if (ladder.rungs().isEmpty()) {
            return List.of("  nothing is known of any segment");
        }
        List<String> lines = new ArrayList<>();
        lines.add(head(ladder.single()));
        long shownTo = ladder.fromEpochNanos();
        int number = 0;
        for (Rung rung : ladder.rungs()) {
            if (number++ == ladder.omittedAfter()) {
                lines.add(middle(ladder.single(), ladder.omitted() + " more"));
            }
            gap(ladder, rung.atEpochNanos() - shownTo, lines);
            shownTo = Math.max(shownTo, rung.untilEpochNanos());
            lines.add(line(ladder, rung));
        }
        gap(ladder, ladder.toEpochNanos() - shownTo, lines);
        lines.add(time(ladder.toEpochNanos() - ladder.fromEpochNanos()) + (ladder.over() ? " ended" : " now"));
        lines.add(legend(ladder));
        return Collections.unmodifiableList(lines);
    }

    private static String head(boolean single) {
        String names = single ? "originator" + " ".repeat(LANE - 9) + "responder" : null;
        return names != null
                ? " ".repeat(TIME - 3) + names
                : " ".repeat(TIME - 1) + "client" + " ".repeat(LANE - 8) + "finspect" + " ".repeat(LANE - 12)
                        + "upstream";
    }

    private static void gap(Ladder ladder, long nanos, List<String> lines) {
        if (nanos >= GAP_NANOS) {
            lines.add(middle(ladder.single(), HumanUnits.spokenDuration(nanos) + " nothing"));
        }
    }

    /** A break across all lanes. */
    private static String middle(boolean single, String words) {
        int width = single ? LANE + 2 : 2 * LANE + 3;
        int left = Math.max(1, (width - words.length() - 2) / 2);
        int right = Math.max(1, width - words.length() - 2 - left);
        return (" ".repeat(TIME) + waves(left) + " " + words + " " + waves(right)).stripTrailing();
    }

    private static String waves(int width) {
        return "~ ".repeat(width / 2 + 1).substring(0, width);
    }

    private static String line(Ladder ladder, Rung rung) {
        // On the client leg finspect's end is on the right, on the upstream leg on the left.
        boolean rightwards = (rung.leg() == Leg.CLIENT) != rung.towardsPeer();
        String arrow = arrow(rung.label(), rightwards, rung.source() == Source.WIRE ? '-' : '.');
        String lanes = ladder.single()
                ? "|" + arrow + "|"
                : rung.leg() == Leg.CLIENT ? "|" + arrow + "|" + REST + "|" : "|" + REST + "|" + arrow + "|";
        return time(rung.atEpochNanos() - ladder.fromEpochNanos()) + lanes;
    }

    private static String arrow(String label, boolean rightwards, char stroke) {
        int room = LANE - 6;
        String words = label.length() > room ? label.substring(0, room) : label;
        int rest = LANE - words.length() - 3;
        int left = Math.max(1, rest / 2);
        String before = String.valueOf(stroke).repeat(left);
        String after = String.valueOf(stroke).repeat(rest - left);
        return rightwards ? before + " " + words + " " + after + ">" : "<" + before + " " + words + " " + after;
    }

    /** Seconds, to the microsecond; fewer digits after the point where there are many before it. */
    private static String time(long nanos) {
        double seconds = nanos / 1e9;
        String format = seconds >= 99_999 ? "%10.1f " : seconds >= 999 ? "%10.3f " : "%10.6f ";
        return String.format(Locale.ROOT, format, seconds);
    }

    private static String legend(Ladder ladder) {
        boolean wire = ladder.rungs().stream().anyMatch(rung -> rung.source() == Source.WIRE);
        boolean sockets = ladder.rungs().stream().anyMatch(rung -> rung.source() != Source.WIRE);
        String both = (wire ? "  ---> captured" : "") + (sockets ? "  ...> known by sockets alone" : "");
        return " ".repeat(TIME - 2) + both + "  seconds from the start";
    }
}
