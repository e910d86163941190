package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.CloseAct;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.record.Relayed;
import dev.finspect.record.SessionClose;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.net.InetSocketAddress;
import java.util.Map;

/** Writes a whole record as one JSON object. */
final class JsonSession {
    /** Increased when a field changes its meaning or is removed; a new field does not increase it. */
    static final int SCHEMA_VERSION = 2;

    private static final SerializedString EVENT = new SerializedString("event");
    private static final SerializedString SCHEMA_VERSION_NAME = new SerializedString("schema_version");
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString ROUTE = new SerializedString("route");
    private static final SerializedString LISTENER = new SerializedString("listener");
    private static final SerializedString ORIGINAL_DESTINATION = new SerializedString("original_destination");
    private static final SerializedString NETWORK_TRANSPORT = new SerializedString("network.transport");
    private static final SerializedString TCP = new SerializedString("tcp");
    private static final SerializedString STARTED_AT = new SerializedString("started_at");
    private static final SerializedString ENDED_AT = new SerializedString("ended_at");
    private static final SerializedString DURATION_SECONDS = new SerializedString("duration_seconds");
    private static final SerializedString OUTCOME = new SerializedString("outcome");
    private static final SerializedString ERROR_TYPE = new SerializedString("error.type");
    private static final SerializedString PROXY_REASON = new SerializedString("proxy_reason");
    private static final SerializedString TERMINATION = new SerializedString("termination");
    private static final SerializedString EVIDENCE = new SerializedString("evidence");
    private static final SerializedString CLIENT = new SerializedString("client");
    private static final SerializedString UPSTREAM = new SerializedString("upstream");
    private static final SerializedString CLOSE = new SerializedString("close");
    private static final SerializedString ORDER = new SerializedString("order");
    private static final SerializedString FIRST_BY = new SerializedString("first_by");
    private static final SerializedString FIRST_HOW = new SerializedString("first_how");
    private static final SerializedString CLIENT_FIN_RELAY_SECONDS = new SerializedString("client_fin_relay_seconds");
    private static final SerializedString UPSTREAM_FIN_RELAY_SECONDS =
            new SerializedString("upstream_fin_relay_seconds");
    private static final SerializedString HALF_CLOSED_BY = new SerializedString("half_closed_by");
    private static final SerializedString HALF_CLOSE_SECONDS = new SerializedString("half_close_seconds");
    private static final SerializedString AFTER_FIRST_FIN_BYTES = new SerializedString("after_first_fin_bytes");
    private static final SerializedString RELAYED = new SerializedString("relayed");
    private static final SerializedString RELAYED_REASON = new SerializedString("relayed_reason");
    private static final SerializedString TURNS = new SerializedString("turns");
    private static final SerializedString SAMPLED_ONE_IN = new SerializedString("sampled_one_in");
    private static final SerializedString LOST_BYTES = new SerializedString("lost_bytes");
    private static final Map<RecordEvent, SerializableString> EVENTS =
            FactWriter.labels(RecordEvent.class, RecordEvent::label);
    private static final Map<Outcome, SerializableString> OUTCOMES = FactWriter.labels(Outcome.class, Outcome::label);
    private static final Map<ProxyReason, SerializableString> REASONS =
            FactWriter.labels(ProxyReason.class, ProxyReason::label);
    private static final Map<Source, SerializableString> EVIDENCES = FactWriter.labels(Source.class, Source::label);
    private static final Map<CloseAct, SerializableString> ACTS = FactWriter.labels(CloseAct.class, CloseAct::label);
    private static final Map<CloseAct.Actor, SerializableString> ACTORS =
            FactWriter.labels(CloseAct.Actor.class, CloseAct.Actor::label);
    private static final Map<CloseAct.How, SerializableString> WAYS =
            FactWriter.labels(CloseAct.How.class, CloseAct.How::label);
    private static final Map<Relayed, SerializableString> RELAYED_WORDS =
            FactWriter.labels(Relayed.class, Relayed::label);
    private static final Map<Leg, SerializableString> LEGS = FactWriter.labels(Leg.class, Leg::label);

    private JsonSession() {}

    static void write(SessionRecord session, FactWriter out) {
        write(session, 1, out);
    }

    /** A record that stands for so many sessions. */
    static void write(SessionRecord session, int sampledOneIn, FactWriter out) {
        out.json.writeStartObject();
        out.json.writeFieldName(EVENT);
        out.json.writeString(FactWriter.word(EVENTS, session.event()));
        out.json.writeFieldName(SCHEMA_VERSION_NAME);
        out.json.writeNumber(SCHEMA_VERSION);
        out.text(ID, session.identity().id());
        boolean routed = !session.identity().route().isEmpty();
        out.text(ROUTE, routed ? session.identity().route() : null);
        out.text(LISTENER, routed ? IpText.endpoint(session.identity().listener()) : null);
        InetSocketAddress original = session.identity().original();
        out.text(ORIGINAL_DESTINATION, original == null ? null : IpText.endpoint(original));
        JsonProxyHeaders.write(session.proxyHeaders(), out);
        out.json.writeFieldName(NETWORK_TRANSPORT);
        out.json.writeString(TCP);
        times(session, out);
        out.label(OUTCOME, session.outcome(), OUTCOMES);
        out.text(ERROR_TYPE, session.errorType());
        out.label(PROXY_REASON, session.proxyReason(), REASONS);
        out.text(TERMINATION, session.termination());
        out.label(EVIDENCE, session.evidence(), EVIDENCES);
        out.json.writeFieldName(CLIENT);
        JsonLeg.write(session.client(), out);
        out.json.writeFieldName(UPSTREAM);
        if (session.single()) {
            out.json.writeNull();
        } else {
            JsonLeg.write(session.upstream(), out);
        }
        out.json.writeFieldName(CLOSE);
        close(session.close(), out);
        out.json.writeFieldName(TURNS);
        JsonTurns.write(session, out);
        JsonFindings.write(session, out);
        if (sampledOneIn > 1) {
            out.number(SAMPLED_ONE_IN, sampledOneIn);
        }
        out.json.writeEndObject();
    }

    private static void times(SessionRecord session, FactWriter out) {
        long startEpochNanos = session.identity().startEpochNanos();
        out.json.writeFieldName(STARTED_AT);
        out.time(startEpochNanos);
        out.json.writeFieldName(ENDED_AT);
        if (session.closed()) {
            out.time(startEpochNanos + session.durationNanos());
        } else {
            out.json.writeNull();
        }
        out.json.writeFieldName(DURATION_SECONDS);
        out.seconds(session.durationNanos());
    }

    private static void close(SessionClose close, FactWriter out) {
        out.json.writeStartObject();
        out.json.writeFieldName(ORDER);
        out.json.writeStartArray();
        for (CloseAct act : close.order()) {
            out.json.writeString(FactWriter.word(ACTS, act));
        }
        out.json.writeEndArray();
        CloseAct first = close.first();
        out.label(FIRST_BY, first == null ? null : first.by(), ACTORS);
        out.label(FIRST_HOW, first == null ? null : first.how(), WAYS);
        out.seconds(CLIENT_FIN_RELAY_SECONDS, close.clientFinRelay());
        out.seconds(UPSTREAM_FIN_RELAY_SECONDS, close.upstreamFinRelay());
        out.label(HALF_CLOSED_BY, close.halfClose().by(), LEGS);
        out.seconds(HALF_CLOSE_SECONDS, close.halfClose().time());
        out.number(AFTER_FIRST_FIN_BYTES, close.halfClose().bytesAfter());
        SessionClose.Relaying relaying = close.relaying();
        out.label(RELAYED, relaying.relayed(), RELAYED_WORDS);
        out.text(
                RELAYED_REASON,
                relaying.reason() == null ? null : relaying.reason().label());
        out.number(LOST_BYTES, relaying.lostBytes());
        out.sources();
        out.json.writeEndObject();
    }
}
