package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.lifecycle.connection.HandshakeFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.record.LegWire;
import org.jspecify.annotations.Nullable;

/** Writes the captured segments of a failed attempt to reach an upstream. */
final class JsonAttemptWire {
    private static final SerializedString START_MISSED = new SerializedString("start_missed");
    private static final SerializedString DROPPED_PACKETS = new SerializedString("dropped_packets");
    private static final SerializedString ISN = new SerializedString("isn");
    private static final SerializedString SYN_AT = new SerializedString("syn_at");
    private static final SerializedString SYN_RETRANSMITS = new SerializedString("syn_retransmits");
    private static final SerializedString SYN_AGAIN_AT = new SerializedString("syn_again_at");
    private static final SerializedString SYNACK_AT = new SerializedString("synack_at");
    private static final SerializedString REFUSED_AT = new SerializedString("refused_at");

    private JsonAttemptWire() {}

    static void write(@Nullable LegWire wire, FactWriter out) {
        if (wire == null) {
            out.json.writeNull();
            return;
        }
        HandshakeFacts handshake = wire.facts().handshake();
        SynFacts syn = wire.localEnd().syn();
        out.json.writeStartObject();
        out.flag(START_MISSED, wire.startMissed());
        out.number(DROPPED_PACKETS, wire.droppedPackets());
        out.number(ISN, syn == null ? null : (Long) syn.initialSequenceNumber());
        out.time(SYN_AT, handshake.synAtNanos());
        out.number(SYN_RETRANSMITS, syn == null ? null : (Long) (long) syn.retransmits());
        out.json.writeFieldName(SYN_AGAIN_AT);
        out.json.writeStartArray();
        if (syn != null) {
            syn.againAtNanos().forEach(out::time);
        }
        out.json.writeEndArray();
        out.time(SYNACK_AT, handshake.synAckAtNanos());
        out.time(REFUSED_AT, handshake.refusedAtNanos());
        JsonWire.icmp(wire.facts().icmp(), out);
        out.json.writeEndObject();
    }
}
