package dev.finspect.metrics;

import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionRecord;
import org.jspecify.annotations.Nullable;

/** What became of the PROXY header that a client's connection had to begin with. */
enum HeaderResult {
    READ("read"),
    INVALID("invalid"),
    MISSING("missing"),
    TIMEOUT("timeout");

    private final String label;

    HeaderResult(String label) {
        this.label = label;
    }

    /** Word of the label. */
    String label() {
        return label;
    }

    /** Of a session that is over; null where none was awaited, or the client reset the connection before. */
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
