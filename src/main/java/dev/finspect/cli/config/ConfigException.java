package dev.finspect.cli.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries all problems that were found. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<ConfigProblem> problems;
    private final boolean conflict;

    /** Settings that cannot be parsed; at least one problem. */
    public ConfigException(List<ConfigProblem> problems) {
        this(problems, false);
    }

    private ConfigException(List<ConfigProblem> problems, boolean conflict) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
        this.conflict = conflict;
    }

    /** Settings that are valid each, but conflict with one another or with this machine. */
    public static ConfigException conflict(List<ConfigProblem> problems) {
        return new ConfigException(problems, true);
    }

    /** A single problem. */
    public ConfigException(Location location, String what, String remedy) {
        this(List.of(new ConfigProblem(location, what, remedy)));
    }

    /** The problems, in the order of the file. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /** Whether all problems are in the command line: flags with invalid values. */
    public boolean isUsage() {
        return !conflict
                && problems.stream().allMatch(c -> c.location().origin().startsWith("--"));
    }
}
