package dev.finspect.session;

import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.Parties;
import dev.finspect.lifecycle.turn.Answers;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.record.Outcome;
import dev.finspect.record.PeerProgram;
import dev.finspect.record.ProxyHeader;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.SessionClose;
import dev.finspect.record.Tracking;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
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
 * @param result how the session ended
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
        Result result,
        LegRecord client,
        LegRecord upstream,
        SessionClose close,
        @Nullable Diagnosed diagnosed,
        ProxyHeader.Both proxyHeaders) {

    /**
     * How a session ended.
     *
     * @param outcome null while the session lives
     * @param proxyReason why finspect ended it by itself, null when it did not
     * @param errorType OpenTelemetry's {@code error.type}: the connect result, {@code reset}, {@code timed_out}, a proxy reason,
     *     the errno's name where this host broke a connection, or {@code unexplained} (a defect of finspect); null when nothing
     *     went wrong
     * @param termination HAProxy's two characters (cause, phase); null while the session lives
     */
    public record Result(
            @Nullable Outcome outcome,
            @Nullable ProxyReason proxyReason,
            @Nullable String errorType,
            @Nullable String termination) {
        /** The session lives, and nothing is amiss. */
        public static final Result LIVING = new Result(null, null, null, null);
    }

    /** The same with what the rules found. */
    public SessionRecord with(Diagnosed found) {
        return new SessionRecord(event, identity, durationNanos, result, client, upstream, close, found, proxyHeaders);
    }

    /** The same with what is known of the peers' programs. */
    public SessionRecord with(PeerProgram ofClient, PeerProgram ofUpstream) {
        return new SessionRecord(
                event,
                identity,
                durationNanos,
                result,
                client.with(ofClient),
                single() ? upstream : upstream.with(ofUpstream),
                close,
                diagnosed,
                proxyHeaders);
    }

    /** The same with what connection tracking knew of both legs. */
    public SessionRecord tracked(Observation<Tracking> ofClient, Observation<Tracking> ofUpstream) {
        return new SessionRecord(
                event,
                identity,
                durationNanos,
                result,
                client.tracked(ofClient),
                upstream.tracked(ofUpstream),
                close,
                diagnosed,
                proxyHeaders);
    }

    /** The record so far as the line about a finding that came or went. */
    public SessionRecord about(RecordEvent line, Finding finding) {
        Diagnosed found = diagnosed == null ? Diagnosed.of(List.of()) : diagnosed;
        return new SessionRecord(
                line, identity, durationNanos, result, client, upstream, close, found.about(finding), proxyHeaders);
    }

    /** How it ended; null while it lives. */
    public @Nullable Outcome outcome() {
        return result.outcome;
    }

    /** Why finspect ended it by itself; null when it did not. */
    public @Nullable ProxyReason proxyReason() {
        return result.proxyReason;
    }

    /** OpenTelemetry's {@code error.type}; null when nothing went wrong. */
    public @Nullable String errorType() {
        return result.errorType;
    }

    /** HAProxy's two characters; null while the session lives. */
    public @Nullable String termination() {
        return result.termination;
    }

    /** The best source in the record. */
    public Source evidence() {
        if (client.wire() != null || upstream.wire() != null) {
            return Source.WIRE;
        }
        List<Attempt> attempts = upstream.endedAttempts();
        for (int i = 0; i < attempts.size(); i++) {
            if (attempts.get(i).wire() != null) {
                return Source.WIRE;
            }
        }
        return read(client) || read(upstream) ? Source.KERNEL : Source.SOCKET;
    }

    private static boolean read(LegRecord leg) {
        return leg.data().queue().state().isKnown()
                || leg.handshake().originator().isn().isKnown();
    }

    /** Who takes part, for the words of a finding. */
    public Parties parties() {
        if (single()) {
            return new Parties(
                    identity.route(), identity.client(), identity.accepted(), identity.client(), identity.accepted());
        }
        return new Parties(
                identity.route(), identity.client(), identity.accepted(), upstream.local(), upstreamAddress());
    }

    /** The upstream's address: the one that was reached, or is being tried, or was tried last; null if there was none. */
    public @Nullable InetSocketAddress upstreamAddress() {
        if (single()) {
            return identity.accepted();
        }
        InetSocketAddress tried = null;
        for (Attempt attempt : upstream.attempts()) {
            tried = attempt.address() == null ? tried : attempt.address();
        }
        return upstream.peer() == null ? tried : upstream.peer();
    }

    /** Whether the session it is about has ended. */
    public boolean closed() {
        return event == RecordEvent.CLOSED || event == RecordEvent.ATTEMPT_FAILED;
    }

    /** Whether it has one connection alone. */
    public boolean single() {
        return upstream.isNone();
    }

    /** How soon a peer answered; of the client, how long it thought before it spoke again. */
    public Observation<Answers> answers(Leg peer) {
        LegWire wire = client.wire();
        if (peer == Leg.CLIENT || !single() || wire == null) {
            return leg(peer).data().turns().answers();
        }
        Answers captured = wire.mode().seesData() ? wire.localEnd().turns().answers() : null;
        return captured == null ? Observation.notObserved() : Fact.wire(captured);
    }

    /** Whether both peers speak at once, so that a run of bytes is no answer to the one before it. */
    public boolean interleaved() {
        Answers ofClient = answers(Leg.CLIENT).or(Answers.NONE);
        Answers ofUpstream = answers(Leg.UPSTREAM).or(Answers.NONE);
        return Answers.interleave(
                ofClient.answered() + ofUpstream.answered(), ofClient.crossed() + ofUpstream.crossed());
    }

    /** The record of one leg. */
    public LegRecord leg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }
}
