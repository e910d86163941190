package dev.finspect.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What one reading of a configuration gathers. */
final class ReadContext {
    final Overrides overrides;
    final List<ConfigProblem> problems = new ArrayList<>();
    /** Every key that was asked for: {@code routes[].timeouts.idle}. */
    final Set<String> askedPaths = new TreeSet<>();

    ReadContext(Overrides overrides) {
        this.overrides = overrides;
    }

    void report(Location location, String what, String remedy) {
        problems.add(new ConfigProblem(location, what, remedy));
    }
}
