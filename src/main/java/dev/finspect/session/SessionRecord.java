package dev.finspect.session;

import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a session at one moment; the JSON line, the page and the API are made of it.
 *
 * @param event what it is made for
 * @param identity what was fixed at the start
 * @param durationNanos from accept() to the end, or to the moment of this record; from a file, from the first segment to the
 *     last
 * @param outcome null while the session lives
 * @param proxyReason why finspect ended it by itself, null when it did not
 * @param errorType OpenTelemetry's {@code error.type}: the connect result, {@code reset}, {@code timed_out}, a proxy reason,
 *     the errno's name where this host broke a connection, or {@code unexplained} (a defect of finspect); null when nothing
 *     went wrong
 * @param termination HAProxy's two characters (cause, phase), see {@link Termination}; null while the session lives
 * @param evidence the best source in the record
 * @param client the leg to the client; the one connection of a record from a file that has one alone
 * @param upstream {@link LegRecord#NONE} in such a record
 * @param close how the closing went across both legs
 */
public record SessionRecord(
        RecordEvent event,
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
    /** Whether it tells of an end: all but {@code session.progress}. */
    public boolean closed() {
        return event != RecordEvent.PROGRESS;
    }

    /** Whether it has one connection alone. */
    public boolean single() {
        return upstream.equals(LegRecord.NONE);
    }

    /** The record of one leg. */
    public LegRecord leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }
}
