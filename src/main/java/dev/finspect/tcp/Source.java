package dev.finspect.tcp;

/** The source of a fact, from the most to the least reliable. */
public enum Source {
    /** A captured segment. */
    WIRE("wire"),
    /** The kernel's own counters and records: tcp_info, the saved SYN. */
    KERNEL("kernel"),
    /** This host's connection tracking (conntrack), which filters and translates packets by what it remembers. */
    CONNTRACK("conntrack"),
    /** The result of a system call on the socket, and its time. */
    SOCKET("socket"),
    /** Inferred from other facts, not observed. */
    INFERRED("inferred");

    private final String label;

    Source(String label) {
        this.label = label;
    }

    /** The word for records. */
    public String label() {
        return label;
    }
}
