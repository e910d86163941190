package dev.finspect.cli.config;

import java.util.List;
import java.util.Map;

/** A document as it was written: every node knows its place. */
sealed interface Tree {
    /** Where it begins. */
    Place place();

    /**
     * A scalar.
     *
     * @param absent nothing, {@code ~} or {@code null} without quotes
     */
    record Text(Place place, String value, boolean absent) implements Tree {}

    /** A sequence. */
    record Items(Place place, List<Tree> items) implements Tree {}

    /** A mapping, in the order of the file. */
    record Keys(Place place, Map<String, Entry> entries) implements Tree {}

    /** Something that a complaint has already been made of. */
    record Broken(Place place) implements Tree {}

    /**
     * A key with its value.
     *
     * @param place of the key
     */
    record Entry(Place place, Tree value) {}
}
