package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.Handshake;

/** Writes the handshake of a leg. */
final class JsonHandshake {
    private static final SerializedString SYN_AT = new SerializedString("syn_at");
    private static final SerializedString SYNACK_AT = new SerializedString("synack_at");
    private static final SerializedString ACK_AT = new SerializedString("ack_at");
    private static final SerializedString SYN_TO_SYNACK_SECONDS = new SerializedString("syn_to_synack_seconds");
    private static final SerializedString SYNACK_TO_ACK_SECONDS = new SerializedString("synack_to_ack_seconds");
    private static final SerializedString ACCEPT_DELAY_SECONDS = new SerializedString("accept_delay_seconds");
    private static final SerializedString CONNECT_SECONDS = new SerializedString("connect_seconds");
    private static final SerializedString RTT_SECONDS = new SerializedString("rtt_seconds");
    private static final SerializedString SIMULTANEOUS_OPEN = new SerializedString("simultaneous_open");
    private static final SerializedString ORIGINATOR = new SerializedString("originator");
    private static final SerializedString RESPONDER = new SerializedString("responder");
    private static final SerializedString ISN = new SerializedString("isn");
    private static final SerializedString ISN_ACKNOWLEDGED = new SerializedString("isn_acknowledged");
    private static final SerializedString RETRANSMITS = new SerializedString("retransmits");
    private static final SerializedString WINDOW_BYTES = new SerializedString("window_bytes");
    private static final SerializedString MSS_BYTES = new SerializedString("mss_bytes");
    private static final SerializedString WINDOW_SCALE = new SerializedString("window_scale");
    private static final SerializedString SACK = new SerializedString("sack");
    private static final SerializedString TIMESTAMPS = new SerializedString("timestamps");
    private static final SerializedString TTL = new SerializedString("ttl");

    private JsonHandshake() {}

    static void write(Handshake handshake, FactWriter out) {
        out.json.writeStartObject();
        out.time(SYN_AT, handshake.synAt());
        out.time(SYNACK_AT, handshake.synAckAt());
        out.time(ACK_AT, handshake.ackAt());
        out.seconds(SYN_TO_SYNACK_SECONDS, handshake.segments().synToSynAck());
        out.seconds(SYNACK_TO_ACK_SECONDS, handshake.segments().synAckToAck());
        out.seconds(ACCEPT_DELAY_SECONDS, handshake.acceptDelay());
        out.seconds(CONNECT_SECONDS, handshake.connectDuration());
        out.seconds(RTT_SECONDS, handshake.rtt());
        out.flag(SIMULTANEOUS_OPEN, handshake.simultaneousOpen());
        out.sources();
        out.json.writeFieldName(ORIGINATOR);
        side(handshake.originator(), out);
        out.json.writeFieldName(RESPONDER);
        side(handshake.responder(), out);
        out.json.writeEndObject();
    }

    private static void side(Handshake.Side side, FactWriter out) {
        out.json.writeStartObject();
        out.number(ISN, side.isn());
        out.flag(ISN_ACKNOWLEDGED, side.isnAcknowledged());
        out.number(RETRANSMITS, side.retransmits());
        out.number(WINDOW_BYTES, side.windowBytes());
        out.number(MSS_BYTES, side.options().mssBytes());
        out.number(WINDOW_SCALE, side.options().windowScale());
        out.flag(SACK, side.options().sack());
        out.flag(TIMESTAMPS, side.options().timestamps());
        out.number(TTL, side.ttl());
        out.sources();
        out.json.writeEndObject();
    }
}
