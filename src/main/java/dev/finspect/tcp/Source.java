package dev.finspect.tcp;

/** Where a fact comes from; the first is the strongest witness. */
public enum Source {
    /** A segment that was captured. */
    WIRE("wire"),
    /** The kernel's own books: tcp_info, the saved SYN. */
    KERNEL("kernel"),
    /** What a system call on the socket returned, and when. */
    SOCKET("socket"),
    /** Concluded from other facts, not observed. */
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
