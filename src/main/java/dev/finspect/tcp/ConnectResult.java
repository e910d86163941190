package dev.finspect.tcp;

/** How an attempt to reach an upstream ended. */
public enum ConnectResult {
    CONNECTED("connected"),
    REFUSED("refused"),
    /** No route to the host, or the host is down. */
    HOST_UNREACHABLE("host_unreachable"),
    NETWORK_UNREACHABLE("network_unreachable"),
    TIMED_OUT("timed_out"),
    /** The connection was reset while it was being opened. */
    RESET("reset"),
    /** The name has no address. */
    UNRESOLVABLE("unresolvable"),
    /** The process or the system has no file descriptor left (EMFILE, ENFILE). */
    NO_DESCRIPTOR("no_descriptor"),
    /** No local port is left towards this address (EADDRNOTAVAIL). */
    NO_PORT("no_port"),
    /** The kernel forbids it (EACCES, EPERM). */
    DENIED("denied"),
    /** The address is finspect's own listener or admin port: connecting would be an endless loop. */
    LOOP("loop"),
    /** finspect stopped, or gave the session up, before the attempt ended. */
    ABANDONED("abandoned"),
    /** Any other error; the attempt's detail names it. */
    FAILED("failed");

    private final String label;

    ConnectResult(String label) {
        this.label = label;
    }

    /** The word for records and labels. */
    public String label() {
        return label;
    }
}
