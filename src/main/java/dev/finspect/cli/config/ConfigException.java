package dev.finspect.cli.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; carries every complaint that one reading found. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<Complaint> complaints;

    /** At least one complaint. */
    public ConfigException(List<Complaint> complaints) {
        super(complaints.stream().map(Complaint::toString).collect(Collectors.joining("\n")));
        this.complaints = List.copyOf(complaints);
    }

    /** A single complaint. */
    public ConfigException(Place place, String what, String mend) {
        this(List.of(new Complaint(place, what, mend)));
    }

    /** What is wrong, in the order of the file. */
    public List<Complaint> complaints() {
        return complaints;
    }
}
