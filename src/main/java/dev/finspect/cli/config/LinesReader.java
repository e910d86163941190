package dev.finspect.cli.config;

import dev.finspect.session.filter.RecordFilter;
import java.util.Optional;

/** Reads which records have lines in the log, and what is in them. */
final class LinesReader {
    private static final int LONGEST_INSTANCE = 100;

    /** A filter, checked, and kept as it is written. */
    private static final Syntax<String> FILTER = text -> {
        try {
            RecordFilter.of(text);
        } catch (RecordFilter.Misunderstood e) {
            throw new InvalidValueException(
                    Scalars.quoted(text) + " is no filter",
                    "A" + String.valueOf(e.getMessage()).substring(1));
        }
        return text;
    };

    private static final Syntax<String> INSTANCE = text -> {
        if (text.isBlank() || text.length() > LONGEST_INSTANCE || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidValueException(
                    Scalars.quoted(text) + " is no name", "Write letters, digits and marks, without blanks.");
        }
        return text;
    };

    private LinesReader() {}

    static Config.Log.Lines read(Section section) {
        Config.Log.Detail detail =
                section.value("detail", Scalars.choice(Config.Log.Detail.class), Config.Log.Detail.COMPACT);
        Optional<String> only = section.optional("only", FILTER);
        Optional<Located<Optional<Long>>> sample =
                section.located("sample", Scalars.number(2, 1_000_000).orOff());
        Optional<Long> oneIn = sample.flatMap(Located::value);
        if (oneIn.isPresent() && only.isEmpty() && !section.has("only")) {
            section.report(
                    sample.get().location(),
                    "sample: there are no other sessions to take samples of, without 'only'",
                    "Add 'only' with a filter, for example: not clean.");
        }
        return new Config.Log.Lines(
                detail, only, oneIn.map(Long::intValue).orElse(0), section.optional("instance", INSTANCE));
    }
}
