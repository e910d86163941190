package dev.finspect.session.live;

import dev.finspect.record.Attempt;
import dev.finspect.record.Lookup;
import dev.finspect.record.ProxyHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Estimates the memory that the tracker of a closed session takes. */
final class TrackerSize {
    /**
     * A tracker that has seen everything a session can do, on a 64-bit Java virtual machine with compressed references,
     * without its lists, texts and counts of turns; most are smaller.
     */
    static final int FULL_TRACKER_BYTES = 2_500;
    /** An object of a list with what it refers to besides texts: a socket address, for the most part. */
    static final int ELEMENT_BYTES = 200;

    private static final int TEXT_BYTES = 56;

    /** An address of an answer, with its place in a list. */
    private static final int ADDRESS_BYTES = 100;

    /** Steps of both legs, a server name of the most bytes, and as many protocols as are kept. */
    private static final int TLS_BYTES = 2_000;

    private TrackerSize() {}

    /** Bytes; errs on the high side. */
    static long estimateBytes(List<Lookup> lookups, List<Attempt> attempts, ProxyHeader.Both headers, boolean tls) {
        long bytes = FULL_TRACKER_BYTES + header(headers.received()) + header(headers.sent()) + (tls ? TLS_BYTES : 0);
        for (Lookup lookup : lookups) {
            bytes += 3 * ELEMENT_BYTES
                    + text(lookup.name())
                    + text(lookup.error())
                    + (long) ADDRESS_BYTES * lookup.addresses().size();
        }
        for (Attempt attempt : attempts) {
            bytes += ELEMENT_BYTES
                    + text(attempt.target())
                    + text(attempt.end() == null ? null : attempt.end().detail());
        }
        return bytes;
    }

    private static long header(@Nullable ProxyHeader header) {
        return header == null
                ? 0
                : 2 * ELEMENT_BYTES + text(header.authority()) + text(header.uniqueId()) + text(header.tlsVersion());
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : TEXT_BYTES + 2L * text.length();
    }
}
