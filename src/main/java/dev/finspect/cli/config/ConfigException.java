package dev.finspect.cli.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries every complaint that one reading found. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Complaint> complaints;
    private final boolean conflict;

    /** Something is written wrongly; at least one complaint. */
    public ConfigException(List<Complaint> complaints) {
        this(complaints, false);
    }

    private ConfigException(List<Complaint> complaints, boolean conflict) {
        super(complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n")));
        this.complaints = List.copyOf(complaints);
        this.conflict = conflict;
    }

    /** Everything is written well, but does not go together, or not with this machine. */
    public static ConfigException conflict(List<Complaint> complaints) {
        return new ConfigException(complaints, true);
    }

    /** A single complaint. */
    public ConfigException(Place place, String what, String mend) {
        this(List.of(new Complaint(place, what, mend)));
    }

    /** What is wrong, in the order of the file. */
    public List<Complaint> complaints() {
        return complaints;
    }

    /** Whether only the command line is to blame: flags whose values cannot be read. */
    public boolean isUsage() {
        return !conflict && complaints.stream().allMatch(c -> c.place().origin().startsWith("--"));
    }
}
