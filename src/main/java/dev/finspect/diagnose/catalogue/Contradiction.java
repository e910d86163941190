package dev.finspect.diagnose.catalogue;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Finding;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one would see if a finding were wrong, and that none of its other readings says.
 *
 * @param text half a sentence: what is seen, and what it would mean
 * @param applies to which findings of its kind
 */
public record Contradiction(String text, Predicate<Finding> applies) {
    /** Of a finding that a peer owes the next bytes: its socket has read them or not. */
    public static final List<Contradiction> OF_OWED_BYTES = List.of(
            when(
                    finding -> finding.first(Clue.PEER_UNREAD) != null,
                    "Recv-Q at the peer's socket that has changed since"),
            when(
                    finding -> finding.first(Clue.PEER_UNREAD) == null,
                    "Recv-Q above 0 at the peer's socket: its program has not even read it"));

    /** Of every finding of its kind. */
    public static Contradiction of(String text) {
        return new Contradiction(text, finding -> true);
    }

    /** Only of those that match. */
    public static Contradiction when(Predicate<Finding> applies, String text) {
        return new Contradiction(text, applies);
    }
}
