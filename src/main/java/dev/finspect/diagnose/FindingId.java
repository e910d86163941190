package dev.finspect.diagnose;

/** What can be so when a session hangs, or when it ended badly; the rows of the catalogue. */
public enum FindingId {
    SYN_UNANSWERED("syn-unanswered"),
    CONNECT_REFUSED("connect-refused"),
    CONNECT_UNREACHABLE("connect-unreachable"),
    BACKLOG_FULL("backlog-full"),
    UPSTREAM_NOT_ACCEPTING("upstream-not-accepting"),
    HANDSHAKE_UNFINISHED("handshake-unfinished"),
    ACCEPT_DELAYED("accept-delayed"),
    UPSTREAM_SILENT("upstream-silent"),
    CLIENT_SILENT("client-silent"),
    NOBODY_SPEAKS("nobody-speaks"),
    UPSTREAM_NOT_READING("upstream-not-reading"),
    CLIENT_NOT_READING("client-not-reading"),
    BOTH_NOT_READING("both-not-reading"),
    NETWORK_LOSS("network-loss"),
    PEER_VANISHED("peer-vanished"),
    UPSTREAM_NOT_CLOSING("upstream-not-closing"),
    CLIENT_NOT_CLOSING("client-not-closing"),
    HALF_CLOSED_ACTIVE("half-closed-active"),
    FIN_LOST("fin-lost"),
    RESET_AFTER_IDLE("reset-after-idle"),
    REUSED_WHILE_CLOSING("reused-while-closing"),
    RESET_WITH_UNREAD("reset-with-unread"),
    RESET_INJECTED("reset-injected"),
    HALF_CLOSE_REFUSED("half-close-refused"),
    EMPTY_REPLY("empty-reply"),
    PROXY_LIMITED("proxy-limited"),
    PORT_EXHAUSTION("port-exhaustion"),
    /** Established and at rest, as a pooled connection is: not hung. Said only where somebody asks, never counted. */
    IDLE("idle");

    private final String label;

    FindingId(String label) {
        this.label = label;
    }

    /** The word for records, labels and pages. */
    public String label() {
        return label;
    }
}
