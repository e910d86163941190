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
    /** No local port is free for this address (EADDRNOTAVAIL). */
    NO_PORT("no_port"),
    /** The kernel forbids it (EACCES, EPERM). */
    DENIED("denied"),
    /** The address is a listener or the admin port of finspect itself: connecting would create a loop. */
    LOOP("loop"),
    /** finspect stopped or ended the session before the attempt finished. */
    ABANDONED("abandoned"),
    /** Any other error; see the detail of the attempt. */
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
