package dev.finspect.cli.config;

import java.util.List;
import java.util.Map;

/** A parsed YAML document; every node has its location. */
sealed interface Tree {
    /** Where the node starts. */
    Location location();

    /**
     * A scalar.
     *
     * @param absent whether it is empty, {@code ~} or {@code null} without quotes
     */
    record Text(Location location, String value, boolean absent) implements Tree {}

    /** A sequence. */
    record Items(Location location, List<Tree> items) implements Tree {}

    /** A mapping, in the order of the file. */
    record Keys(Location location, Map<String, Entry> entries) implements Tree {}

    /** A node whose problem has already been reported. */
    record Broken(Location location) implements Tree {}

    /**
     * A key with its value.
     *
     * @param location of the key
     */
    record Entry(Location location, Tree value) {}
}
