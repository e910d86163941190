package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.record.LegRecord;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.SessionClose;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.List;
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
 * @param diagnosed what the rules found; null when none has examined the session
 * @param proxyHeaders with which the session's connections began
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
        SessionClose close,
        @Nullable Diagnosed diagnosed,
        ProxyHeader.Both proxyHeaders) {
    /** One without PROXY headers. */
    public SessionRecord(
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
            SessionClose close,
            @Nullable Diagnosed diagnosed) {
        this(
                event,
                identity,
                durationNanos,
                outcome,
                proxyReason,
                errorType,
                termination,
                evidence,
                client,
                upstream,
                close,
                diagnosed,
                ProxyHeader.Both.NONE);
    }

    /** One that no rule has examined. */
    public SessionRecord(
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
        this(
                event,
                identity,
                durationNanos,
                outcome,
                proxyReason,
                errorType,
                termination,
                evidence,
                client,
                upstream,
                close,
                null);
    }

    /** The same with what the rules found. */
    public SessionRecord with(Diagnosed found) {
        return new SessionRecord(
                event,
                identity,
                durationNanos,
                outcome,
                proxyReason,
                errorType,
                termination,
                evidence,
                client,
                upstream,
                close,
                found,
                proxyHeaders);
    }

    /** The same with the PROXY headers with which its connections began. */
    SessionRecord with(ProxyHeader.Both headers) {
        return new SessionRecord(
                event,
                identity,
                durationNanos,
                outcome,
                proxyReason,
                errorType,
                termination,
                evidence,
                client,
                upstream,
                close,
                diagnosed,
                headers);
    }

    /** Who takes part, for the words of a finding. */
    public Parties parties() {
        if (single()) {
            return new Parties(
                    identity.route(), identity.client(), identity.accepted(), identity.client(), identity.accepted());
        }
        InetSocketAddress reached = upstream.peer();
        InetSocketAddress tried = null;
        for (LegRecord.Attempt attempt : upstream.attempts()) {
            tried = attempt.address() == null ? tried : attempt.address();
        }
        return new Parties(
                identity.route(),
                identity.client(),
                identity.accepted(),
                upstream.local(),
                reached == null ? tried : reached);
    }

    /** The record so far as the line about a finding that came or went. */
    SessionRecord about(RecordEvent line, Finding finding) {
        Diagnosed found = diagnosed == null ? Diagnosed.of(List.of()) : diagnosed;
        SessionRecord record = new SessionRecord(
                line,
                identity,
                durationNanos,
                outcome,
                proxyReason,
                errorType,
                termination,
                evidence,
                client,
                upstream,
                close);
        return record.with(found.about(finding));
    }

    /** Whether it tells of an end. */
    public boolean closed() {
        return event == RecordEvent.CLOSED || event == RecordEvent.ATTEMPT_FAILED;
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
