package dev.finspect.cli.top;

import dev.finspect.cli.client.LiveSession;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the table as lines of text. Pure: the same model, view, size and time give the same lines. Colour marks what hangs, and
 * nothing else.
 */
final class TopScreen {
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String REVERSE = "\u001b[7m";
    private static final String PLAIN = "\u001b[0m";
    /** Lines that are no sessions: two above, the names of the columns, three of detail, one of keys. */
    private static final int OTHER_LINES = 4 + TopDetail.LINES;

    private static final int LEAST_WIDTH = 40;

    private final TopModel model;
    private final TopView view;
    private final String server;
    private final int width;
    private final int height;
    private final long nowEpochNanos;
    private final boolean colour;
    private final TopRow rows;

    /**
     * A screen to draw.
     *
     * @param server the address of the admin server, for the first line
     * @param nowEpochNanos the clock of finspect
     */
    TopScreen(TopModel model, TopView view, String server, int width, int height, long nowEpochNanos, boolean colour) {
        this.model = model;
        this.view = view;
        this.server = server;
        this.width = Math.max(LEAST_WIDTH, width);
        this.height = Math.max(OTHER_LINES + 1, height);
        this.nowEpochNanos = nowEpochNanos;
        this.colour = colour;
        this.rows = new TopRow(this.width, nowEpochNanos);
    }

    /** How many sessions are on a screen of this height. */
    static int page(int height) {
        return Math.max(1, height - OTHER_LINES);
    }

    /** The lines, none longer than the screen is wide, and as many as it is high. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(cut(head()));
        lines.add(cut(settings()));
        if (view.mode() == TopView.Mode.EXPLAIN) {
            explanation(lines);
        } else {
            table(lines);
        }
        while (lines.size() < height - 1) {
            lines.add("");
        }
        lines.add(cut(keys()));
        return lines;
    }

    /** The first line and the sessions alone, without what is for a person who looks on: no selection, no keys. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(cut(head()));
        lines.add(cut(rows.names()));
        model.sorted(view.sort()).forEach(each -> lines.add(row(each, false)));
        return lines;
    }

    private String head() {
        String word = view.isPaused()
                ? "paused"
                : model.reconnects()
                        ? "reconnecting"
                        : model.state().equals("draining") ? "draining" : model.catchesUp() ? "catching up" : "live";
        String counts = model.total("active") + " active, " + model.total("hung") + " hung, " + model.halfClosed()
                + " half-closed, " + model.total("failed") + " failed";
        return TopText.firstThatFits(
                width,
                "finspect " + server + "  " + word + "   " + counts,
                word + "   " + counts,
                word + "  " + model.total("hung") + " hung, " + model.total("active") + " active");
    }

    private String settings() {
        return "sort: " + view.sort().label()
                + (view.mode() == TopView.Mode.FILTER
                        ? "   filter: " + view.typed() + "_"
                        : view.filter().isEmpty() ? "" : "   filter: " + view.filter())
                + (model.lost() > 0 ? "   lost: " + model.lost() : "");
    }

    private void table(List<String> lines) {
        lines.add(cut(rows.names()));
        List<TopModel.Known> sorted = model.sorted(view.sort());
        int page = page(height);
        int selected = Math.min(view.selected(), sorted.size() - 1);
        int from = Math.max(0, Math.min(selected - page / 2, sorted.size() - page));
        for (int i = from; i < Math.min(sorted.size(), from + page); i++) {
            lines.add(row(sorted.get(i), i == selected));
        }
        while (lines.size() < height - 4) {
            lines.add("");
        }
        if (sorted.isEmpty()) {
            lines.add(
                    model.catchesUp()
                            ? ""
                            : "No session is open" + (view.filter().isEmpty() ? "." : " that the filter takes."));
        } else {
            TopModel.Known chosen = sorted.get(Math.max(0, selected));
            new TopDetail(width, nowEpochNanos)
                    .of(chosen.session(), rows.fits(chosen))
                    .forEach(line -> lines.add(cut(line)));
        }
    }

    private String row(TopModel.Known known, boolean selected) {
        String line = cut(rows.of(known));
        String whole = selected ? TopText.padded(line, width) : line;
        String signal = signal(known.session());
        return !colour
                ? (selected ? ">" + whole.substring(1) : whole)
                : (selected ? REVERSE : "") + signal + whole + (selected || !signal.isEmpty() ? PLAIN : "");
    }

    private static String signal(LiveSession session) {
        if (session.finding() == null) {
            return "";
        }
        return session.verdict("hang").equals("possible") ? YELLOW : RED;
    }

    private void explanation(List<String> lines) {
        List<String> text =
                view.text().isEmpty() ? List.of("...") : view.text().lines().toList();
        text.stream().skip(view.scrolled()).limit(height - 3L).forEach(line -> lines.add(cut(line)));
    }

    private String keys() {
        if (!view.message().isEmpty()) {
            return view.message();
        }
        return switch (view.mode()) {
            case LIST ->
                TopText.firstThatFits(
                        width,
                        "Enter explain  k close  s sort  / filter  p pause  q quit",
                        "Enter k:close s:sort /:filter p q:quit");
            case FILTER ->
                TopText.firstThatFits(
                        width,
                        "Enter take this filter  Esc keep the one before   (hung, route:db, idle>30s, port:5432)",
                        "Enter take it  Esc keep the one before");
            case EXPLAIN -> "Esc back  k close  q quit";
            case CONFIRM ->
                TopText.firstThatFits(
                        width,
                        "Close " + view.id() + "?  y send a FIN to both peers  r reset both  any other key: no",
                        "Close " + view.id() + "?  y FIN  r reset  else no",
                        "Close it?  y FIN  r reset  else no");
        };
    }

    private String cut(String line) {
        return TopText.cut(line, width);
    }
}
