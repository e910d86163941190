package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTls;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.ResetReason;
import java.util.Map;
import java.util.Objects;

/** Writes one leg. */
final class JsonLeg {
    private static final SerializedString PEER_ADDRESS = new SerializedString("network.peer.address");
    private static final SerializedString PEER_PORT = new SerializedString("network.peer.port");
    private static final SerializedString LOCAL_ADDRESS = new SerializedString("network.local.address");
    private static final SerializedString LOCAL_PORT = new SerializedString("network.local.port");
    private static final SerializedString DURATION_SECONDS = new SerializedString("duration_seconds");
    private static final SerializedString KERNEL_REASON = new SerializedString("kernel_reason");
    private static final SerializedString ATTEMPTS = new SerializedString("attempts");
    private static final SerializedString TARGET = new SerializedString("target");
    private static final SerializedString RESULT = new SerializedString("result");
    private static final SerializedString DETAIL = new SerializedString("detail");
    private static final SerializedString HANDSHAKE = new SerializedString("handshake");
    private static final SerializedString STATES = new SerializedString("states");
    private static final SerializedString DATA = new SerializedString("data");
    private static final SerializedString CLOSE = new SerializedString("close");
    private static final SerializedString CONN_STATE = new SerializedString("conn_state");
    private static final SerializedString HISTORY = new SerializedString("history");
    private static final SerializedString COMPLETENESS = new SerializedString("completeness");
    private static final SerializedString WIRE = new SerializedString("wire");
    private static final Map<ConnectResult, SerializableString> RESULTS =
            FactWriter.labels(ConnectResult.class, ConnectResult::label);

    private JsonLeg() {}

    static void write(LegRecord leg, FactWriter out) {
        out.json.writeStartObject();
        out.endpoint(PEER_ADDRESS, PEER_PORT, leg.peer());
        out.endpoint(LOCAL_ADDRESS, LOCAL_PORT, leg.local());
        JsonLookups.write(leg, out);
        attempts(leg, out);
        out.json.writeFieldName(HANDSHAKE);
        JsonHandshake.write(leg.handshake(), out);
        out.json.writeFieldName(STATES);
        JsonWire.states(leg.wire(), out);
        out.json.writeFieldName(DATA);
        JsonLegData.write(leg.data(), out);
        out.json.writeFieldName(CLOSE);
        JsonLegClose.write(leg.close(), out);
        out.text(CONN_STATE, leg.connState());
        out.text(HISTORY, leg.history());
        out.json.writeFieldName(COMPLETENESS);
        if (leg.completeness() == null) {
            out.json.writeNull();
        } else {
            out.json.writeNumber((int) leg.completeness());
        }
        out.json.writeFieldName(WIRE);
        JsonWire.write(leg.wire(), out);
        JsonTracking.write(leg.tracking(), out);
        LegTls tls = leg.tls();
        if (tls != null) {
            JsonTls.write(tls, out);
        }
        out.json.writeEndObject();
    }

    private static void attempts(LegRecord leg, FactWriter out) {
        out.json.writeFieldName(ATTEMPTS);
        out.json.writeStartArray();
        for (Attempt attempt : leg.endedAttempts()) {
            Attempt.End end = Objects.requireNonNull(attempt.end());
            out.json.writeStartObject();
            out.text(TARGET, attempt.target());
            out.endpoint(PEER_ADDRESS, PEER_PORT, attempt.address());
            out.endpoint(LOCAL_ADDRESS, LOCAL_PORT, attempt.local());
            out.label(RESULT, end.result(), RESULTS);
            out.text(DETAIL, end.detail());
            out.json.writeFieldName(DURATION_SECONDS);
            out.seconds(end.durationNanos());
            ResetReason reason = attempt.kernel().reason().orNull();
            if (reason != null) {
                out.text(KERNEL_REASON, reason.name());
            }
            out.json.writeFieldName(WIRE);
            JsonAttemptWire.write(attempt.wire(), out);
            out.json.writeEndObject();
        }
        out.json.writeEndArray();
    }
}
