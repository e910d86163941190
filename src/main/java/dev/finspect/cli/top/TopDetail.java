package dev.finspect.cli.top;

import dev.finspect.cli.client.LiveSession;
import dev.finspect.cli.process.FoldedText;
import dev.finspect.tcp.HumanUnits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of the selected session, below the table. Pure. */
final class TopDetail {
    /** Its lines. */
    static final int LINES = 3;

    private final int width;
    private final long nowEpochNanos;

    TopDetail(int width, long nowEpochNanos) {
        this.width = width;
        this.nowEpochNanos = nowEpochNanos;
    }

    /**
     * Three lines: its id and phases, what hangs or who has the turn, and who takes part. What hangs may take the third line too.
     *
     * @param whole whether the table shows all of its way
     */
    List<String> of(LiveSession session, boolean whole) {
        List<String> lines = new ArrayList<>();
        lines.add(session.id() + "  " + phases(session));
        List<String> what = FoldedText.lines(what(session), width);
        lines.addAll(what.subList(0, Math.min(what.size(), LINES - 1)));
        if (lines.size() < LINES) {
            lines.add(Stream.of(whole ? "" : session.way(), program("client", session), program("upstream", session))
                    .filter(each -> !each.isEmpty())
                    .collect(Collectors.joining("  ")));
        }
        return lines;
    }

    private String what(LiveSession session) {
        String sentence = session.verdict("sentence");
        String turn = session.owes().isEmpty() ? "" : ", " + TopText.words(session.owes()) + " owes the next step";
        return sentence.isEmpty()
                ? TopText.words(session.phase()) + " for "
                        + HumanUnits.spokenDuration(nowEpochNanos - session.phaseSinceEpochNanos()) + turn
                : sentence;
    }

    /** The phase bar in words; the part that grows up to now. */
    private String phases(LiveSession session) {
        StringBuilder bar = new StringBuilder();
        long grown = nowEpochNanos - session.startEpochNanos() - session.durationNanos();
        for (Map.Entry<String, Long> phase : session.phases().entrySet()) {
            boolean grows = phase.getKey().equals(session.phase());
            bar.append(bar.length() == 0 ? "" : " | ")
                    .append(TopText.words(phase.getKey()))
                    .append(' ')
                    .append(HumanUnits.spokenDuration(phase.getValue() + (grows ? Math.max(0, grown) : 0)))
                    .append(grows ? "..." : "");
        }
        return bar.toString();
    }

    private static String program(String leg, LiveSession session) {
        String program = session.program(leg);
        return program.isEmpty() ? "" : leg + " " + program;
    }
}
