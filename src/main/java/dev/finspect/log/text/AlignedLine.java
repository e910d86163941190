package dev.finspect.log.text;

import dev.finspect.record.Outcome;
import org.jspecify.annotations.Nullable;

/** A line of aligned columns, optionally with terminal colours. Confined to one thread; the memory is reused. */
abstract class AlignedLine {
    static final String DIM = "\u001b[2m";
    static final String YELLOW = "\u001b[33m";
    static final String UNKNOWN = "?";

    private static final String RESET = "\u001b[0m";
    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String CYAN = "\u001b[36m";

    final StringBuilder line = new StringBuilder(256);
    private final boolean colour;

    /** With or without terminal colours. */
    AlignedLine(boolean colour) {
        this.colour = colour;
    }

    /** The colour of an outcome; null for a living session. */
    static String colourOf(@Nullable Outcome outcome) {
        if (outcome == null) {
            return CYAN;
        }
        return switch (outcome) {
            case CLEAN -> GREEN;
            case RESET, CONNECT_FAILED -> RED;
            case TIMED_OUT, REFUSED_BY_POLICY, PROXY -> YELLOW;
        };
    }

    final void left(String text, int width, String paint) {
        paint(text, paint);
        pad(width - text.length());
        line.append(' ');
    }

    final void right(String text, int width, String paint) {
        pad(width - text.length());
        paint(text, paint);
        line.append(' ');
    }

    final void paint(String text, String paint) {
        if (colour && !paint.isEmpty()) {
            line.append(paint).append(text).append(RESET);
        } else {
            line.append(text);
        }
    }

    private void pad(int count) {
        for (int i = 0; i < count; i++) {
            line.append(' ');
        }
    }
}
