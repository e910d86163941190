package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Finding;
import java.util.List;
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

    /** Of a finding that a peer owes the next bytes: {@code otherwise}, or that its socket has read them or not. */
    public static List<Contradiction> ofOwedBytes(String otherwise) {
        return List.of(
                of(otherwise),
                when(
                        finding -> finding.first(Clue.PEER_UNREAD) != null,
                        "Recv-Q at the peer's socket that has changed since"),
                when(
                        finding -> finding.first(Clue.PEER_UNREAD) == null,
                        "Recv-Q above 0 at the peer's socket: its program has not even read it"));
    }
}
