package dev.finspect.relay;

/**
 * Ports next to one another.
 *
 * @param first 1 to 65535
 * @param last not below {@code first}, itself included
 */
public record PortRange(int first, int last) {
    private static final int MOST = 0xffff;

    /** Refuses what is no range of ports. */
    public PortRange {
        if (first < 1 || last < first || last > MOST) {
            throw new IllegalArgumentException(first + "-" + last + " is no range of ports");
        }
    }

    /** Whether the port is one of them. */
    public boolean contains(int port) {
        return first <= port && port <= last;
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
