package dev.finspect.cli.top;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads keys from the characters that a terminal sends. */
final class TopKeys {
    private static final int ESCAPE = 27;
    private static final long SEQUENCE_MILLIS = 30;
    private static final int DELETE = 127;

    private TopKeys() {}

    /** Where characters come from. */
    @FunctionalInterface
    interface Characters {
        /** The next character within this time; negative where none came, -1 at the end. */
        int read(long millis) throws IOException;
    }

    /** No more keys come. */
    static final String END = "end";

    /** The next key within this time; null where none came. */
    static @Nullable String next(Characters in, long millis) throws IOException {
        int first = in.read(millis);
        if (first == -1) {
            return END;
        }
        if (first < 0) {
            return null;
        }
        if (first != ESCAPE) {
            return single(first);
        }
        int second = in.read(SEQUENCE_MILLIS);
        if (second != '[' && second != 'O') {
            return "esc";
        }
        StringBuilder sequence = new StringBuilder();
        int more = in.read(SEQUENCE_MILLIS);
        while (more >= 0) {
            sequence.append((char) more);
            if (Character.isLetter(more) || more == '~') {
                break;
            }
            more = in.read(SEQUENCE_MILLIS);
        }
        return switch (sequence.toString()) {
            case "A" -> "up";
            case "B" -> "down";
            case "5~" -> "pageup";
            case "6~" -> "pagedown";
            default -> "";
        };
    }

    private static String single(int character) {
        return switch (character) {
            case '\r', '\n' -> "enter";
            case '\b', DELETE -> "backspace";
            case 3, 4 -> END; // Ctrl-C, Ctrl-D
            default -> String.valueOf((char) character);
        };
    }
}
