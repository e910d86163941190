package dev.finspect.log.compact;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What the value of a field looks like.
 *
 * @param words all that the value may be; empty for any
 */
record Shape(Kind kind, List<String> words) {
    /** The kinds of values. */
    enum Kind {
        TEXT("text"),
        WORD("word"),
        /** RFC 3339 in UTC, to the nanosecond. */
        TIME("time"),
        NUMBER("number"),
        /** Decimal seconds, always with a point, so that no database takes the first for an integer. */
        SECONDS("seconds"),
        FLAG("true"),
        WORDS("words"),
        TEXTS("texts"),
        ITEMS("objects"),
        /** See {@link FactSources}. */
        EVIDENCE("object");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** For the page. */
        String label() {
            return label;
        }
    }

    static Shape of(Kind kind) {
        return new Shape(kind, List.of());
    }

    static <E> Shape words(Kind kind, E[] values, Function<E, String> label) {
        return new Shape(kind, Arrays.stream(values).map(label).distinct().toList());
    }
}
