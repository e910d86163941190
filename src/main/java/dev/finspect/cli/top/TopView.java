package dev.finspect.cli.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of the model, and what keys do to that. Pure; confined to one thread.
 *
 * <pre>
 *   LIST --Enter--&gt; EXPLAIN --Esc--&gt; LIST        LIST --k--&gt; CONFIRM --y, r, other--&gt; LIST
 *   LIST --/--&gt; FILTER --Enter, Esc--&gt; LIST      LIST, EXPLAIN --q--&gt; end
 * </pre>
 */
final class TopView {
    /** What the keys mean. */
    enum Mode {
        LIST,
        FILTER,
        EXPLAIN,
        CONFIRM
    }

    /** What is to be done outside. */
    sealed interface Act {
        /** Leave. */
        record End() implements Act {}

        /** Read the stream with another filter. */
        record Filter(String text) implements Act {}

        /** Get the explanation of a session. */
        record Explain(String id) implements Act {}

        /** Close a session. */
        record Close(String id, boolean reset) implements Act {}
    }

    private Mode mode = Mode.LIST;
    private TopModel.Sort sort = TopModel.Sort.STUCK;
    private boolean paused;
    private int selected;
    private int scrolled;
    private String filter;
    private String typed = "";
    private String text = "";
    private String message = "";
    private @Nullable String id;

    /** Shows sessions that this filter takes; empty for all. */
    TopView(String filter) {
        this.filter = filter;
    }

    /**
     * A key was pressed.
     *
     * @param key a printed character, or one of {@code up down pageup pagedown enter esc backspace}
     * @param shown the ids of the sessions in their order
     * @param page how many lines a page has
     * @return what is to be done outside; null for nothing
     */
    @Nullable
    Act key(String key, List<String> shown, int page) {
        message = "";
        return switch (mode) {
            case LIST -> inList(key, shown, page);
            case FILTER -> inFilter(key);
            case EXPLAIN -> inExplanation(key, page);
            case CONFIRM -> confirmed(key);
        };
    }

    private @Nullable Act inList(String key, List<String> shown, int page) {
        switch (key) {
            case "q" -> {
                return new Act.End();
            }
            case "up" -> selected--;
            case "down" -> selected++;
            case "pageup" -> selected -= page;
            case "pagedown" -> selected += page;
            case "s" -> sort = sort.next();
            case "p", " " -> paused = !paused;
            case "/" -> {
                mode = Mode.FILTER;
                typed = filter;
            }
            case "enter", "k" -> {
                return chosen(key, shown);
            }
            default -> {
                // Means nothing here.
            }
        }
        selected = Math.max(0, Math.min(selected, shown.size() - 1));
        return null;
    }

    private @Nullable Act chosen(String key, List<String> shown) {
        if (shown.isEmpty()) {
            return null;
        }
        String chosen = shown.get(Math.min(selected, shown.size() - 1));
        id = chosen;
        if (key.equals("k")) {
            mode = Mode.CONFIRM;
            return null;
        }
        mode = Mode.EXPLAIN;
        scrolled = 0;
        text = "";
        return new Act.Explain(chosen);
    }

    private @Nullable Act inFilter(String key) {
        switch (key) {
            case "enter" -> {
                mode = Mode.LIST;
                filter = typed.strip();
                selected = 0;
                return new Act.Filter(filter);
            }
            case "esc" -> mode = Mode.LIST;
            case "backspace" -> typed = typed.isEmpty() ? "" : typed.substring(0, typed.length() - 1);
            default -> typed = key.length() == 1 ? typed + key : typed;
        }
        return null;
    }

    private @Nullable Act inExplanation(String key, int page) {
        switch (key) {
            case "q" -> {
                return new Act.End();
            }
            case "esc", "enter" -> mode = Mode.LIST;
            case "up" -> scrolled--;
            case "down" -> scrolled++;
            case "pageup" -> scrolled -= page;
            case "pagedown", " " -> scrolled += page;
            case "k" -> mode = Mode.CONFIRM;
            default -> {
                // Means nothing here.
            }
        }
        scrolled = Math.max(0, Math.min(scrolled, (int) text.lines().count() - 1));
        return null;
    }

    private @Nullable Act confirmed(String key) {
        mode = Mode.LIST;
        String chosen = id;
        if (chosen == null || (!key.equals("y") && !key.equals("r"))) {
            message = "Nothing was closed.";
            return null;
        }
        return new Act.Close(chosen, key.equals("r"));
    }

    /** The explanation has come. */
    void explained(String explanation) {
        text = explanation;
    }

    /** Something is to be said until the next key. */
    void says(String words) {
        message = words;
    }

    Mode mode() {
        return mode;
    }

    TopModel.Sort sort() {
        return sort;
    }

    boolean isPaused() {
        return paused;
    }

    int selected() {
        return selected;
    }

    int scrolled() {
        return scrolled;
    }

    String filter() {
        return filter;
    }

    String typed() {
        return typed;
    }

    String text() {
        return text;
    }

    String message() {
        return message;
    }

    /** The session that was chosen last. */
    @Nullable
    String id() {
        return id;
    }
}
