package dev.finspect.session.explain;

import dev.finspect.tcp.HumanUnits;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Draws a ladder in 79 columns of ASCII: three lines for client, finspect and upstream, an arrow a rung, a break where no
 * step is shown for a second or more, with what is known to have passed meanwhile. A segment that was captured is drawn with
 * dashes, what only sockets show with dots.
 */
final class LadderText {
    private static final int TIME = 11;
    private static final int LANE = 32;
    private static final long SHORTEST_TOLD_NANOS = 1_000_000L;
    private static final String REST = " ".repeat(LANE);

    private LadderText() {}

    /** One string a line. */
    static List<String> lines(Ladder ladder) {
        if (ladder.rungs().isEmpty()) {
            return List.of("  nothing is known of any segment");
        }
        List<String> lines = new ArrayList<>();
        lines.add(head(ladder.single()));
        for (LadderLine each : ladder.lines()) {
            if (each instanceof Rung rung) {
                lines.add(line(ladder, rung));
            } else if (each instanceof Ladder.Break gap) {
                lines.add(line(gap));
            } else if (each instanceof Ladder.Omission omission) {
                lines.add(middle(
                        ladder.single(), omission.rungs() + " more in " + HumanUnits.spokenDuration(omission.nanos())));
            }
        }
        lines.add(time(ladder.toEpochNanos() - ladder.fromEpochNanos()) + (ladder.over() ? " ended" : " now"));
        lines.add(legend(ladder));
        if (ladder.lines().stream().anyMatch(each -> each instanceof Ladder.Break gap && isUpTo(gap))) {
            lines.add(" ".repeat(TIME) + "up to: counted for the whole connection, not segment by segment");
        }
        return Collections.unmodifiableList(lines);
    }

    private static String head(boolean single) {
        String names = single ? "originator" + " ".repeat(LANE - 9) + "responder" : null;
        return names != null
                ? " ".repeat(TIME - 3) + names
                : " ".repeat(TIME - 1) + "client" + " ".repeat(LANE - 8) + "finspect" + " ".repeat(LANE - 12)
                        + "upstream";
    }

    /** A break: across all lanes where the same is known of them, else the words of each in its own. */
    private static String line(Ladder.Break gap) {
        Passed upstream = gap.upstream();
        String took = HumanUnits.spokenDuration(gap.nanos());
        if (upstream == null || (upstream.equals(gap.client()) && !upstream.some())) {
            return middle(upstream == null, took + " " + gap.client().words());
        }
        String length = gap.nanos() < SHORTEST_TOLD_NANOS ? "" : "+" + took;
        return (" ".repeat(Math.max(0, TIME - 1 - length.length())) + length + " |" + lane(gap.client()) + "|"
                        + lane(upstream) + "|")
                .stripTrailing();
    }

    private static boolean isUpTo(Ladder.Break gap) {
        Passed upstream = gap.upstream();
        return gap.client().kind() == Passed.Kind.UP_TO || (upstream != null && upstream.kind() == Passed.Kind.UP_TO);
    }

    private static String lane(Passed passed) {
        String words = passed.words();
        int left = Math.max(0, (LANE - words.length() - 2) / 2);
        int right = Math.max(0, LANE - words.length() - 2 - left);
        return waves(left) + " " + words + " " + waves(right);
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
        char stroke = rung.source() == Source.WIRE ? '-' : '.';
        boolean headless = rung.what() == Rung.What.FAILED || rung.what() == Rung.What.NAME;
        String arrow = headless ? plain(rung.label(), stroke) : arrow(rung.label(), rightwards, stroke);
        String lanes = ladder.single()
                ? "|" + arrow + "|"
                : rung.leg() == Leg.CLIENT ? "|" + arrow + "|" + REST + "|" : "|" + REST + "|" + arrow + "|";
        return time(rung.atEpochNanos() - ladder.fromEpochNanos()) + lanes;
    }

    /** What no segment passed for: a line without a head. */
    private static String plain(String label, char stroke) {
        String arrow = arrow(label, true, stroke);
        return arrow.substring(0, LANE - 1) + stroke;
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
