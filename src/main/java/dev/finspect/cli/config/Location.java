package dev.finspect.cli.config;

import java.util.Comparator;

/**
 * The source location of a setting.
 *
 * @param origin the file as it was named, {@code --flag}, or {@code FINSPECT_NAME}
 * @param line 1 for the first; 0 if the origin has no lines
 * @param column 1 for the first, counted in code points
 */
public record Location(String origin, int line, int column) implements Comparable<Location> {
    /** A location without lines: a flag, an environment variable or a whole file. */
    public static Location of(String origin) {
        return new Location(origin, 0, 0);
    }

    @Override
    public int compareTo(Location other) {
        return Comparator.comparing(Location::origin)
                .thenComparingInt(Location::line)
                .thenComparingInt(Location::column)
                .compare(this, other);
    }

    /** {@code FILE:LINE:COL}, or only the origin. */
    @Override
    public String toString() {
        return line == 0 ? origin : origin + ":" + line + ":" + column;
    }
}
