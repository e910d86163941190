package dev.finspect.cli.top;

/** Text that is fitted to the width of a terminal. Pure. */
final class TopText {
    private TopText() {}

    /** Words of a label: {@code half closed}. */
    static String words(String label) {
        return label.replace('_', ' ');
    }

    /** At least so wide, with blanks at the end. */
    static String padded(String text, int room) {
        return text + " ".repeat(Math.max(0, room - text.length()));
    }

    /** At most so wide. */
    static String clipped(String text, int room) {
        return text.length() <= room ? text : text.substring(0, room);
    }

    /** The first of these that fits; the last one, cut, if none does. */
    static String firstThatFits(int room, String... choices) {
        for (String each : choices) {
            if (each.length() <= room) {
                return each;
            }
        }
        return clipped(choices[choices.length - 1], room);
    }

    /** Without what is beyond the width; escape sequences of colours take no room. */
    static String cut(String line, int width) {
        if (line.indexOf('\u001b') < 0) {
            return clipped(line, width);
        }
        StringBuilder out = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\u001b') {
                int end = line.indexOf('m', i);
                out.append(line, i, end < 0 ? line.length() : end + 1);
                i = end < 0 ? line.length() : end;
            } else if (shown < width) {
                out.append(line.charAt(i));
                shown++;
            }
        }
        return out.toString();
    }
}
