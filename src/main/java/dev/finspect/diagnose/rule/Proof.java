package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Evidence;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evidence being gathered: what is not known is left out. */
final class Proof {
    private final List<Evidence> pieces = new ArrayList<>(6);
    private final @Nullable Leg leg;

    /** Of this leg; null for what is about finspect. */
    Proof(@Nullable Leg leg) {
        this.leg = leg;
    }

    /** A moment, wall clock, nanoseconds since the Unix epoch. */
    Proof at(Clue clue, @Nullable Fact<Long> atEpochNanos) {
        if (atEpochNanos != null) {
            pieces.add(Evidence.at(clue, leg, atEpochNanos));
        }
        return this;
    }

    /** A number in the clue's unit. */
    Proof amount(Clue clue, @Nullable Fact<Long> amount) {
        if (amount != null) {
            pieces.add(Evidence.of(clue, leg, amount));
        }
        return this;
    }

    /** A number that the kernel's socket table showed at a moment. */
    Proof seen(Clue clue, long amount, long atEpochNanos) {
        pieces.add(Evidence.of(clue, leg, Fact.kernel(amount), atEpochNanos));
        return this;
    }

    /** A word. */
    Proof word(Clue clue, @Nullable Fact<String> text) {
        if (text != null) {
            pieces.add(Evidence.word(clue, leg, text));
        }
        return this;
    }

    /** What was gathered. */
    List<Evidence> pieces() {
        return List.copyOf(pieces);
    }
}
