package dev.finspect.metrics;

import org.jspecify.annotations.Nullable;

/** Who ended a session first, and how. */
enum FirstClose {
    CLIENT_FIN("client", "fin"),
    CLIENT_RST("client", "rst"),
    /** The client's connection failed with ETIMEDOUT. */
    CLIENT_TIMEOUT("client", "timeout"),
    UPSTREAM_FIN("upstream", "fin"),
    UPSTREAM_RST("upstream", "rst"),
    /** The upstream's connection failed with ETIMEDOUT. */
    UPSTREAM_TIMEOUT("upstream", "timeout"),
    /** A time-out that the configuration set. */
    PROXY_TIMEOUT("proxy", "timeout"),
    /** finspect, for another reason of its own. */
    PROXY("proxy", "proxy");

    private static final FirstClose[] ALL = values();
    private final String peer;
    private final String kind;

    FirstClose(String peer, String kind) {
        this.peer = peer;
        this.kind = kind;
    }

    /** The word for the label {@code peer}. */
    String peer() {
        return peer;
    }

    /** The word for the label {@code kind}. */
    String kind() {
        return kind;
    }

    /** The constant for a record's two words; null where nobody closed first, or for a pair that cannot be. */
    static @Nullable FirstClose of(@Nullable String by, @Nullable String how) {
        for (FirstClose first : ALL) {
            if (first.peer.equals(by) && first.kind.equals(how)) {
                return first;
            }
        }
        return null;
    }
}
