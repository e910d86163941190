package dev.finspect.cli.process;

import java.util.Locale;

/** The forms of what commands print, the values of {@code -o}; each command takes all of them. */
public enum OutputFormat {
    /** Sentences and lines that fit the terminal, for people. */
    TEXT,
    /** Aligned columns, a line for each thing. */
    TABLE,
    /** One JSON document. */
    JSON,
    /** One JSON document a line. */
    NDJSON;

    /** How the help names the value. */
    public static final String LABEL = "FORMAT";

    /** Whether it is for programs. */
    public boolean isJson() {
        return this == JSON || this == NDJSON;
    }

    /** The value as written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
