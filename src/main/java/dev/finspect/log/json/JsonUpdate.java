package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.diagnose.Parties;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.util.EnumMap;
import java.util.Map;

/**
 * Writes what is new of sessions that live on: lines of the log. The whole record so far is in the API, and in the log when the
 * session has ended.
 */
final class JsonUpdate {
    private static final SerializedString EVENT = new SerializedString("event");
    private static final SerializedString SCHEMA_VERSION = new SerializedString("schema_version");
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString ROUTE = new SerializedString("route");
    private static final SerializedString STARTED_AT = new SerializedString("started_at");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString DURATION_SECONDS = new SerializedString("duration_seconds");
    private static final SerializedString CLIENT = new SerializedString("client");
    private static final SerializedString UPSTREAM = new SerializedString("upstream");
    private static final SerializedString PEER_ADDRESS = new SerializedString("network.peer.address");
    private static final SerializedString PEER_PORT = new SerializedString("network.peer.port");
    private static final SerializedString LOCAL_ADDRESS = new SerializedString("network.local.address");
    private static final SerializedString LOCAL_PORT = new SerializedString("network.local.port");
    private static final SerializedString RECEIVED_BYTES = new SerializedString("received_bytes");
    private static final SerializedString SENT_BYTES = new SerializedString("sent_bytes");
    private static final SerializedString FINDING = new SerializedString("finding");
    private static final SerializedString PEER = new SerializedString("peer");
    private static final SerializedString FROM = new SerializedString("from");
    private static final SerializedString TO = new SerializedString("to");
    private static final SerializedString COUNT = new SerializedString("count");
    private static final SerializedString IDS = new SerializedString("ids");
    private static final Map<RecordEvent, SerializableString> EVENTS =
            FactWriter.labels(RecordEvent.class, RecordEvent::label);
    private static final Map<RecordEvent, SerializableString> EVENTS_OF_MANY = eventsOfMany();

    private JsonUpdate() {}

    /** A line about a session: {@code session.hung}, {@code session.recovered} or {@code session.progress}. */
    static void write(SessionRecord session, FactWriter out) {
        Parties parties = session.parties();
        begin(FactWriter.word(EVENTS, session.event()), out);
        out.text(ID, session.identity().id());
        out.text(ROUTE, session.identity().route());
        out.time(STARTED_AT, (Long) session.identity().startEpochNanos());
        out.time(AT, (Long) (session.identity().startEpochNanos() + session.durationNanos()));
        out.seconds(DURATION_SECONDS, (Long) session.durationNanos());
        out.json.writeFieldName(CLIENT);
        leg(session.client(), out);
        out.json.writeFieldName(UPSTREAM);
        leg(session.upstream(), out);
        JsonFindings.about(session.diagnosed(), parties, out);
        JsonFindings.standing(session.diagnosed(), parties, out);
        JsonFindings.untold(session.diagnosed(), out);
        out.json.writeEndObject();
    }

    /** The line that stands for many: {@code sessions.hung}, {@code sessions.recovered} or {@code sessions.progress}. */
    static void write(OmittedLines lines, FactWriter out) {
        begin(FactWriter.word(EVENTS_OF_MANY, lines.event()), out);
        out.text(ROUTE, lines.route());
        out.text(PEER, lines.peer());
        out.json.writeFieldName(FINDING);
        out.json.writeStartObject();
        JsonFindings.brief(lines.finding(), out);
        out.json.writeEndObject();
        out.time(FROM, (Long) lines.fromEpochNanos());
        out.time(TO, (Long) lines.toEpochNanos());
        out.number(COUNT, lines.ids().size());
        out.json.writeFieldName(IDS);
        out.json.writeStartArray();
        lines.ids().forEach(out.json::writeString);
        out.json.writeEndArray();
        out.json.writeEndObject();
    }

    private static void begin(SerializableString event, FactWriter out) {
        out.json.writeStartObject();
        out.json.writeFieldName(EVENT);
        out.json.writeString(event);
        out.number(SCHEMA_VERSION, JsonSession.SCHEMA_VERSION);
    }

    private static void leg(LegRecord leg, FactWriter out) {
        LegData.Traffic traffic = leg.data().traffic();
        out.json.writeStartObject();
        out.endpoint(PEER_ADDRESS, PEER_PORT, leg.peer());
        out.endpoint(LOCAL_ADDRESS, LOCAL_PORT, leg.local());
        out.number(RECEIVED_BYTES, traffic.bytesReceived().value());
        out.number(SENT_BYTES, traffic.bytesSent().value());
        out.json.writeEndObject();
    }

    private static Map<RecordEvent, SerializableString> eventsOfMany() {
        Map<RecordEvent, SerializableString> labels = new EnumMap<>(RecordEvent.class);
        for (RecordEvent event : RecordEvent.values()) {
            labels.put(event, new SerializedString(OmittedLines.label(event)));
        }
        return labels;
    }
}
