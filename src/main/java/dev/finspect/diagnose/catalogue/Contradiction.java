package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Finding;
import java.util.function.Predicate;

/**
 * What one would see if a finding, or its blame, were wrong.
 *
 * @param text half a sentence: what is seen, and what it would mean
 * @param applies to which findings of its kind
 */
public record Contradiction(String text, Predicate<Finding> applies) {
    /** Of every finding of its kind. */
    public static Contradiction of(String text) {
        return new Contradiction(text, finding -> true);
    }

    /** Only of those that match. */
    public static Contradiction when(Predicate<Finding> applies, String text) {
        return new Contradiction(text, applies);
    }
}
