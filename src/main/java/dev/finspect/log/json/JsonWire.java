package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.lifecycle.FlowEndReason;
import dev.finspect.lifecycle.connection.CloseSegment;
import dev.finspect.lifecycle.connection.ConnectionFacts;
import dev.finspect.lifecycle.connection.Continuation;
import dev.finspect.lifecycle.connection.IcmpFacts;
import dev.finspect.lifecycle.connection.Orientation;
import dev.finspect.lifecycle.connection.StateEntry;
import dev.finspect.record.CaptureMode;
import dev.finspect.record.JoinedBy;
import dev.finspect.record.LegWire;
import dev.finspect.record.WireMerge;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.TcpState;
import dev.finspect.wire.IcmpError;
import dev.finspect.wire.VirtualNetwork;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the facts of a leg that only captured packets show. Their source is always {@code wire}. */
final class JsonWire {
    private static final SerializedString CAPTURE = new SerializedString("capture");
    private static final SerializedString START_MISSED = new SerializedString("start_missed");
    private static final SerializedString DROPPED_PACKETS = new SerializedString("dropped_packets");
    private static final SerializedString SEGMENTS_MISSED = new SerializedString("segments_missed");
    private static final SerializedString FIRST_SEGMENT_AT = new SerializedString("first_segment_at");
    private static final SerializedString LAST_SEGMENT_AT = new SerializedString("last_segment_at");
    private static final SerializedString ENDING = new SerializedString("ending");
    private static final SerializedString ORIENTATION = new SerializedString("orientation");
    private static final SerializedString MID_STREAM = new SerializedString("mid_stream");
    private static final SerializedString NETWORKS = new SerializedString("networks");
    private static final SerializedString PORT_REUSED = new SerializedString("port_reused");
    private static final SerializedString CONTINUES = new SerializedString("continues");
    private static final SerializedString ID = new SerializedString("id");
    private static final SerializedString CAUSE = new SerializedString("cause");
    private static final SerializedString SAME_CONNECTION = new SerializedString("same_connection");
    private static final SerializedString JOINED_BY = new SerializedString("joined_by");
    private static final SerializedString EVIDENCE = new SerializedString("evidence");
    private static final SerializedString PROGRAM = new SerializedString("process.executable.name");
    private static final SerializedString PROCESS_ID = new SerializedString("process.pid");
    private static final SerializedString PEER = new SerializedString("peer");
    private static final SerializedString LOCAL = new SerializedString("local");
    private static final SerializedString CLOSING = new SerializedString("closing");
    private static final SerializedString CLOSING_OMITTED = new SerializedString("closing_omitted");
    private static final SerializedString SEGMENTS_AFTER_RESET = new SerializedString("segments_after_reset");
    private static final SerializedString BY = new SerializedString("by");
    private static final SerializedString KIND = new SerializedString("kind");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString SEQUENCE_NUMBER = new SerializedString("sequence_number");
    private static final SerializedString ACKNOWLEDGED_AFTER_SECONDS =
            new SerializedString("acknowledged_after_seconds");
    private static final SerializedString RETRANSMITS = new SerializedString("retransmits");
    private static final SerializedString DATA_BYTES = new SerializedString("data_bytes");
    private static final SerializedString IN_WINDOW = new SerializedString("in_window");
    private static final SerializedString TTL = new SerializedString("ttl");
    private static final SerializedString ICMP = new SerializedString("icmp");
    private static final SerializedString COUNT = new SerializedString("count");
    private static final SerializedString FIRST = new SerializedString("first");
    private static final SerializedString LAST = new SerializedString("last");
    private static final SerializedString ADDRESS = new SerializedString("network.peer.address");
    private static final SerializedString VERSION = new SerializedString("version");
    private static final SerializedString WHAT = new SerializedString("what");
    private static final SerializedString TYPE = new SerializedString("type");
    private static final SerializedString CODE = new SerializedString("code");
    private static final SerializedString STATE = new SerializedString("state");
    private static final Map<CaptureMode, SerializableString> MODES =
            FactWriter.labels(CaptureMode.class, CaptureMode::label);
    private static final Map<FlowEndReason, SerializableString> ENDINGS =
            FactWriter.labels(FlowEndReason.class, FlowEndReason::label);
    private static final Map<Orientation, SerializableString> ORIENTATIONS =
            FactWriter.labels(Orientation.class, Orientation::label);
    private static final Map<TcpState, SerializableString> STATES = FactWriter.labels(TcpState.class, TcpState::label);
    private static final Map<CloseSegment.Kind, SerializableString> KINDS =
            FactWriter.labels(CloseSegment.Kind.class, CloseSegment.Kind::label);

    private static final Map<IcmpError.Kind, SerializableString> ICMP_KINDS =
            FactWriter.labels(IcmpError.Kind.class, IcmpError.Kind::label);

    private JsonWire() {}

    /** The TCP states of both ends; {@code null} without a capture. */
    static void states(@Nullable LegWire wire, FactWriter out) {
        if (wire == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.json.writeFieldName(PEER);
        states(wire.peerEnd().states(), out);
        out.json.writeFieldName(LOCAL);
        states(wire.localEnd().states(), out);
        out.json.writeEndObject();
    }

    private static void states(List<StateEntry> states, FactWriter out) {
        out.json.writeStartArray();
        for (StateEntry entry : states) {
            out.json.writeStartObject();
            out.label(STATE, entry.state(), STATES);
            out.time(AT, entry.atNanos());
            out.json.writeEndObject();
        }
        out.json.writeEndArray();
    }

    /** All other facts; {@code null} without a capture. */
    static void write(@Nullable LegWire wire, FactWriter out) {
        if (wire == null) {
            out.json.writeNull();
            return;
        }
        ConnectionFacts facts = wire.facts();
        out.json.writeStartObject();
        out.label(CAPTURE, wire.mode(), MODES);
        out.flag(START_MISSED, wire.startMissed());
        out.number(DROPPED_PACKETS, wire.droppedPackets());
        segmentsMissed(wire.segmentsMissed(), out);
        out.time(FIRST_SEGMENT_AT, (Long) facts.firstAtNanos());
        out.time(LAST_SEGMENT_AT, (Long) facts.lastAtNanos());
        out.label(ENDING, facts.ending(), ENDINGS);
        out.label(ORIENTATION, facts.orientation(), ORIENTATIONS);
        out.flag(MID_STREAM, facts.midStream());
        networks(facts.networks(), out);
        continuation(wire, out);
        joinedBy(wire.joinedBy(), out);
        out.json.writeFieldName(PEER);
        JsonWireEnd.write(wire.peerEnd(), wire.mode().seesData(), out);
        out.json.writeFieldName(LOCAL);
        JsonWireEnd.write(wire.localEnd(), wire.mode().seesData(), out);
        closing(wire, out);
        icmp(facts.icmp(), out);
        out.json.writeEndObject();
    }

    private static void networks(List<VirtualNetwork> networks, FactWriter out) {
        out.json.writeFieldName(NETWORKS);
        out.json.writeStartArray();
        for (VirtualNetwork network : networks) {
            out.json.writeString(network.label());
        }
        out.json.writeEndArray();
    }

    private static void segmentsMissed(@Nullable Boolean missed, FactWriter out) {
        out.json.writeFieldName(SEGMENTS_MISSED);
        if (missed == null) {
            out.json.writeNull();
        } else {
            out.json.writeBoolean(missed);
        }
    }

    private static void continuation(LegWire wire, FactWriter out) {
        Continuation before = wire.facts().continues();
        out.flag(PORT_REUSED, before != null && !before.sameConnection());
        out.json.writeFieldName(CONTINUES);
        if (before == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.text(ID, wire.earlierId());
        out.label(CAUSE, before.cause(), ENDINGS);
        out.flag(SAME_CONNECTION, before.sameConnection());
        out.json.writeEndObject();
    }

    private static void joinedBy(@Nullable JoinedBy by, FactWriter out) {
        out.json.writeFieldName(JOINED_BY);
        if (by == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.text(EVIDENCE, by.label());
        out.text(PROGRAM, by.program());
        out.number(PROCESS_ID, by.processId());
        out.json.writeEndObject();
    }

    private static void closing(LegWire wire, FactWriter out) {
        out.json.writeFieldName(CLOSING);
        out.json.writeStartArray();
        for (CloseSegment segment : wire.facts().close().order()) {
            out.json.writeStartObject();
            out.json.writeFieldName(BY);
            out.json.writeString(segment.sender() == wire.peer() ? PEER : LOCAL);
            out.label(KIND, segment.kind(), KINDS);
            out.time(AT, (Long) segment.atNanos());
            out.number(SEQUENCE_NUMBER, segment.sequenceNumber());
            out.seconds(ACKNOWLEDGED_AFTER_SECONDS, WireMerge.span(segment.ackNanos()));
            out.number(RETRANSMITS, segment.retransmits());
            out.number(DATA_BYTES, segment.dataBytes());
            out.flag(IN_WINDOW, segment.inWindow());
            out.number(TTL, segment.ttl());
            out.json.writeEndObject();
        }
        out.json.writeEndArray();
        out.number(CLOSING_OMITTED, wire.facts().close().omitted());
        out.number(SEGMENTS_AFTER_RESET, wire.facts().close().segmentsAfterReset());
    }

    /** The field {@code icmp}: the errors that quoted a connection; {@code null} if there were none. */
    static void icmp(IcmpFacts icmp, FactWriter out) {
        out.json.writeFieldName(ICMP);
        if (icmp.count() == 0) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.number(COUNT, icmp.count());
        icmp(FIRST, icmp.first(), out);
        icmp(LAST, icmp.last(), out);
        out.json.writeEndObject();
    }

    private static void icmp(SerializedString name, @Nullable IcmpError error, FactWriter out) {
        out.json.writeFieldName(name);
        if (error == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.time(AT, (Long) error.atNanos());
        out.text(ADDRESS, IpText.address(error.from().toInetAddress()));
        out.number(VERSION, error.from().v6() ? 6 : 4);
        out.label(WHAT, error.kind(), ICMP_KINDS);
        out.number(TYPE, error.type());
        out.number(CODE, error.code());
        out.json.writeEndObject();
    }
}
