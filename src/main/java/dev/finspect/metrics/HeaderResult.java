package dev.finspect.metrics;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionRecord;
import org.jspecify.annotations.Nullable;

/** The result of reading a PROXY header from a connection that must begin with one. */
enum HeaderResult {
    READ("read"),
    INVALID("invalid"),
    MISSING("missing"),
    TIMEOUT("timeout");

    private final String label;

    HeaderResult(String label) {
        this.label = label;
    }

    /** The value of the label {@code result}. */
    String label() {
        return label;
    }

    /** The result in a closed session; null if no header was expected, or if the client reset the connection first. */
    static @Nullable HeaderResult of(SessionRecord session) {
        if (session.proxyHeaders().received() != null) {
            return READ;
        }
        ProxyReason reason = session.proxyReason();
        if (reason == ProxyReason.PROXY_HEADER_INVALID) {
            return INVALID;
        }
        if (reason == ProxyReason.PROXY_HEADER_MISSING) {
            return MISSING;
        }
        return reason == ProxyReason.PROXY_HEADER_TIMEOUT ? TIMEOUT : null;
    }
}
