package dev.finspect.cli.process;

import java.util.ArrayList;
import java.util.List;

/** Text that is folded to the width of a terminal. */
public final class FoldedText {
    private FoldedText() {}

    /** Folded between words; a word that is longer than a line is cut into several. */
    public static List<String> lines(String text, int room) {
        return lines(text, room, "");
    }

    /**
     * The same with further lines indented.
     *
     * @param room columns; 0 for any number
     * @param indent at the beginning of each line but the first; shorter than {@code room}
     */
    public static List<String> lines(String text, int room, String indent) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (room > 0 && rest.length() > room) {
            int blank = rest.lastIndexOf(' ', room);
            int end = rest.substring(0, Math.max(0, blank)).isBlank() ? room : blank;
            lines.add(rest.substring(0, end).stripTrailing());
            rest = indent + rest.substring(end).stripLeading();
        }
        lines.add(rest);
        return lines;
    }
}
