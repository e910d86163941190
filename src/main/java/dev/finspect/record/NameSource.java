package dev.finspect.record;

/** Where the answer to a look-up of a name came from. */
public enum NameSource {
    /** The hosts file of finspect's host. */
    HOSTS_FILE("hosts_file"),
    /** A name server that finspect asked by itself. */
    NAME_SERVER("name_server"),
    /** The system's own resolver, which does not say whom it asked, how old its answer is, or for how long it is good. */
    SYSTEM("system");

    private final String label;

    NameSource(String label) {
        this.label = label;
    }

    /** The word for records. */
    public String label() {
        return label;
    }
}
