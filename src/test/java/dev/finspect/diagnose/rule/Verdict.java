package dev.finspect.diagnose.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import java.util.Optional;

/** A row of a rule's table: what is so, and whom the rule blames how surely, or nobody found. */
record Verdict(String name, Rule rule, Snapshot snapshot, String expected) {
    static final String NONE = "none";

    static Verdict row(String name, Rule rule, Snapshot snapshot, String expected) {
        return new Verdict(name, rule, snapshot, expected);
    }

    void check() {
        Optional<Finding> found = rule.examine(snapshot);
        assertEquals(
                expected,
                found.map(it -> it.blame().label() + " " + it.confidence().label())
                        .orElse(NONE));
        found.ifPresent(it -> {
            assertFalse(it.evidence().isEmpty(), "a finding without evidence");
            assertTrue(it.sinceEpochNanos() <= snapshot.nowEpochNanos(), "since a moment to come");
            assertTrue(it.sinceEpochNanos() >= Play.BEGIN_NANOS, "since before the session");
        });
    }

    @Override
    public String toString() {
        return rule.getClass().getSimpleName() + ": " + name;
    }
}
