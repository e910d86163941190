package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.Outcome;
import dev.finspect.record.ProxyReason;
import dev.finspect.session.SessionFinding;
import dev.finspect.session.SessionRow;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a row of a list: some members of a record, each under the path that it has in the record. */
final class JsonRow {
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString ROUTE = new SerializedString("route");
    private static final SerializedString STARTED_AT = new SerializedString("started_at");
    private static final SerializedString ENDED_AT = new SerializedString("ended_at");
    private static final SerializedString DURATION_SECONDS = new SerializedString("duration_seconds");
    private static final SerializedString OUTCOME = new SerializedString("outcome");
    private static final SerializedString ERROR_TYPE = new SerializedString("error.type");
    private static final SerializedString PROXY_REASON = new SerializedString("proxy_reason");
    private static final SerializedString TERMINATION = new SerializedString("termination");
    private static final SerializedString CLIENT = new SerializedString("client");
    private static final SerializedString UPSTREAM = new SerializedString("upstream");
    private static final SerializedString PEER_ADDRESS = new SerializedString("network.peer.address");
    private static final SerializedString PEER_PORT = new SerializedString("network.peer.port");
    private static final SerializedString DATA = new SerializedString("data");
    private static final SerializedString RECEIVED_BYTES = new SerializedString("received_bytes");
    private static final SerializedString SENT_BYTES = new SerializedString("sent_bytes");
    private static final SerializedString LAST_RECEIVED_AT = new SerializedString("last_received_at");
    private static final SerializedString LAST_SENT_AT = new SerializedString("last_sent_at");
    private static final SerializedString FINDINGS = new SerializedString("findings");
    private static final Map<Outcome, SerializableString> OUTCOMES = FactWriter.labels(Outcome.class, Outcome::label);
    private static final Map<ProxyReason, SerializableString> REASONS =
            FactWriter.labels(ProxyReason.class, ProxyReason::label);

    private JsonRow() {}

    static void write(SessionRow row, FactWriter out) {
        out.json.writeStartObject();
        members(row, Further.NONE, Further.NONE, out);
        out.json.writeEndObject();
    }

    /** Further members of the object of a leg. */
    @FunctionalInterface
    interface Further {
        /** There are none. */
        Further NONE = out -> {};

        void write(FactWriter out);
    }

    /** Writes the members of a row into the object that is being written. */
    static void members(SessionRow row, Further ofClient, Further ofUpstream, FactWriter out) {
        long startEpochNanos = row.identity().startEpochNanos();
        out.text(ID, row.identity().id());
        String route = row.identity().route();
        out.text(ROUTE, route.isEmpty() ? null : route);
        out.json.writeFieldName(STARTED_AT);
        out.time(startEpochNanos);
        out.time(ENDED_AT, row.closed() ? (Long) (startEpochNanos + row.durationNanos()) : null);
        out.json.writeFieldName(DURATION_SECONDS);
        out.seconds(row.durationNanos());
        out.label(OUTCOME, row.result().outcome(), OUTCOMES);
        out.text(ERROR_TYPE, row.result().errorType());
        out.label(PROXY_REASON, row.result().proxyReason(), REASONS);
        out.text(TERMINATION, row.result().termination());
        out.json.writeFieldName(CLIENT);
        end(row.client(), ofClient, out);
        out.json.writeFieldName(UPSTREAM);
        end(row.upstream(), ofUpstream, out);
        out.json.writeFieldName(FINDINGS);
        findings(row.findings(), out);
    }

    private static void findings(@Nullable List<SessionFinding> findings, FactWriter out) {
        if (findings == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartArray();
        for (SessionFinding each : findings) {
            finding(each, out);
        }
        out.json.writeEndArray();
    }

    private static void end(SessionRow.End end, Further further, FactWriter out) {
        out.json.writeStartObject();
        out.endpoint(PEER_ADDRESS, PEER_PORT, end.peer());
        out.json.writeFieldName(DATA);
        out.json.writeStartObject();
        out.number(RECEIVED_BYTES, end.receivedBytes());
        out.number(SENT_BYTES, end.sentBytes());
        out.time(LAST_RECEIVED_AT, end.lastReceivedAtEpochNanos());
        out.time(LAST_SENT_AT, end.lastSentAtEpochNanos());
        out.json.writeEndObject();
        further.write(out);
        out.json.writeEndObject();
    }

    private static void finding(SessionFinding one, FactWriter out) {
        out.json.writeStartObject();
        JsonFindings.brief(one.finding(), out);
        JsonFindings.ended(one, out);
        out.json.writeEndObject();
    }
}
