package dev.finspect.cli.config;

import java.util.Comparator;

/**
 * Where a setting was written.
 *
 * @param origin the file as it was named, {@code --flag}, or {@code FINSPECT_NAME}
 * @param line 1 for the first; 0 when the origin has no lines
 * @param column 1 for the first, counted in code points
 */
public record Place(String origin, int line, int column) implements Comparable<Place> {
    /** A flag or an environment variable. */
    public static Place of(String origin) {
        return new Place(origin, 0, 0);
    }

    @Override
    public int compareTo(Place other) {
        return Comparator.comparing(Place::origin)
                .thenComparingInt(Place::line)
                .thenComparingInt(Place::column)
                .compare(this, other);
    }

    /** {@code FILE:LINE:COL}, or the origin alone. */
    @Override
    public String toString() {
        return line == 0 ? origin : origin + ":" + line + ":" + column;
    }
}
