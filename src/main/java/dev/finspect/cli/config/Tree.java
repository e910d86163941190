package dev.finspect.cli.config;

import java.util.List;
import java.util.Map;

/** A document as it was written: every node knows its place. */
sealed interface Tree {
    /** Where it begins. */
    Location location();

    /**
     * A scalar.
     *
     * @param absent nothing, {@code ~} or {@code null} without quotes
     */
    record Text(Location location, String value, boolean absent) implements Tree {}

    /** A sequence. */
    record Items(Location location, List<Tree> items) implements Tree {}

    /** A mapping, in the order of the file. */
    record Keys(Location location, Map<String, Entry> entries) implements Tree {}

    /** Something that a complaint has already been made of. */
    record Broken(Location location) implements Tree {}

    /**
     * A key with its value.
     *
     * @param location of the key
     */
    record Entry(Location location, Tree value) {}
}
