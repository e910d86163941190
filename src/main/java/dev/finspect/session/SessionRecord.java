package dev.finspect.session;

import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a session at one moment; the JSON line, the page and the API are made of it.
 *
 * @param closed true for {@code session.closed}, false for {@code session.progress}
 * @param identity what was fixed at the start
 * @param durationNanos from accept() to the end, or to the moment of this record
 * @param outcome null while the session lives
 * @param proxyReason why finspect ended it by itself, null when it did not
 * @param errorType OpenTelemetry's {@code error.type}: the connect result, {@code reset}, {@code timed_out}, a proxy reason,
 *     the errno's name where this host broke a connection, or {@code unexplained} (a defect of finspect); null when nothing
 *     went wrong
 * @param termination HAProxy's two characters (cause, phase), see {@link Termination}; null while the session lives
 * @param evidence the best source in the record
 * @param close how the closing went across both legs
 */
public record SessionRecord(
        boolean closed,
        SessionIdentity identity,
        long durationNanos,
        @Nullable Outcome outcome,
        @Nullable ProxyReason proxyReason,
        @Nullable String errorType,
        @Nullable String termination,
        Source evidence,
        LegRecord client,
        LegRecord upstream,
        SessionClose close) {
    /** The record of one leg. */
    public LegRecord leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }
}
