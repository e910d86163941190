package dev.finspect.cli.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries every complaint that one reading found. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<ConfigProblem> problems;
    private final boolean conflict;

    /** Something is written wrongly; at least one complaint. */
    public ConfigException(List<ConfigProblem> problems) {
        this(problems, false);
    }

    private ConfigException(List<ConfigProblem> problems, boolean conflict) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
        this.conflict = conflict;
    }

    /** Everything is written well, but does not go together, or not with this machine. */
    public static ConfigException conflict(List<ConfigProblem> problems) {
        return new ConfigException(problems, true);
    }

    /** A single complaint. */
    public ConfigException(Location location, String what, String remedy) {
        this(List.of(new ConfigProblem(location, what, remedy)));
    }

    /** What is wrong, in the order of the file. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /** Whether only the command line is to blame: flags whose values cannot be read. */
    public boolean isUsage() {
        return !conflict && problems.stream().allMatch(c -> c.location().origin().startsWith("--"));
    }
}
