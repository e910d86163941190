package dev.finspect.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The state of reading one configuration: overrides, problems, and the keys that were read. */
final class ReadContext {
    final Overrides overrides;
    final List<ConfigProblem> problems = new ArrayList<>();
    /** Every key that was read, such as {@code routes[].timeouts.idle}. */
    final Set<String> askedPaths = new TreeSet<>();

    ReadContext(Overrides overrides) {
        this.overrides = overrides;
    }

    void report(Location location, String what, String remedy) {
        problems.add(new ConfigProblem(location, what, remedy));
    }
}
