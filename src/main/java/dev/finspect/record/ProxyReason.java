package dev.finspect.record;

/** Why finspect itself ended a session. */
public enum ProxyReason implements RelayedReason {
    CONNECT_FAILED("connect_failed"),
    IDLE_TIMEOUT("idle_timeout"),
    HALF_CLOSE_TIMEOUT("half_close_timeout"),
    FIRST_BYTE_TIMEOUT("first_byte_timeout"),
    /** Drain after SIGTERM ran out, or a second signal came. */
    SHUTDOWN("shutdown"),
    /** The client's network is refused by the route. */
    CLIENT_REFUSED("client_refused"),
    /** The route does not let clients go where this one was bound for. */
    DESTINATION_REFUSED("destination_refused"),
    /** The destination of the client is not known: it connected directly, or connections are not tracked. */
    DESTINATION_UNKNOWN("destination_unknown"),
    /** A proxy that the route trusts did not begin with a PROXY header, or with one that makes no sense. */
    PROXY_HEADER_INVALID("proxy_header_invalid"),
    /** It closed or reset the connection before its PROXY header was complete. */
    PROXY_HEADER_MISSING("proxy_header_missing"),
    /** Its PROXY header did not come in time. */
    PROXY_HEADER_TIMEOUT("proxy_header_timeout"),
    /** The client is finspect itself: its own connection to an upstream was intercepted. */
    INTERCEPTION_LOOP("interception_loop"),
    /** The session limit is reached and the configuration says reject. */
    SESSION_LIMIT("session_limit"),
    /** The client's address has as many living sessions as one client may have. */
    CLIENT_LIMIT("client_limit"),
    /** As many sessions live in which neither peer has sent a byte as there may be. */
    UNSPOKEN_LIMIT("unspoken_limit"),
    /** The route's close policy plays a proxy that closes both legs after the first FIN. */
    CLOSE_POLICY_FULL_CLOSE("close_policy_full_close"),
    /** The route's close policy plays a proxy that closes both legs some time after the first FIN. */
    CLOSE_POLICY_LINGER("close_policy_linger"),
    /** The route's close policy plays a proxy that resets both legs after the first FIN. */
    CLOSE_POLICY_RESET("close_policy_reset"),
    /** An operator had both peers sent a FIN. */
    OPERATOR_CLOSE("operator_close"),
    /** An operator had both peers reset. */
    OPERATOR_RESET("operator_reset"),
    /** An error inside finspect; the log of the program has the details. */
    INTERNAL_ERROR("internal_error");

    private final String label;

    ProxyReason(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
