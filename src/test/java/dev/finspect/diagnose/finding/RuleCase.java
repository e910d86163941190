package dev.finspect.diagnose.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Snapshot;
import java.util.Optional;

/** A row of a table: a snapshot, and whom a kind of finding blames in it, how surely; or that it finds nothing. */
record RuleCase(String name, Examiner rule, Snapshot snapshot, String expected) {
    static final String NONE = "none";

    static RuleCase row(String name, Examiner rule, Snapshot snapshot, String expected) {
        return new RuleCase(name, rule, snapshot, expected);
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
            assertTrue(it.sinceEpochNanos() >= PlayedSession.BEGIN_NANOS, "since before the session");
        });
    }

    @Override
    public String toString() {
        return rule.name() + ": " + name;
    }
}
