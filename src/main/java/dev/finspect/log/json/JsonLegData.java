package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.session.LegData;
import dev.finspect.tcp.TcpState;
import java.util.Map;

/** Writes the data phase of a leg. */
final class JsonLegData {
    private static final SerializedString RECEIVED_BYTES = new SerializedString("received_bytes");
    private static final SerializedString SENT_BYTES = new SerializedString("sent_bytes");
    private static final SerializedString RECEIVED_SEGMENTS = new SerializedString("received_segments");
    private static final SerializedString SENT_SEGMENTS = new SerializedString("sent_segments");
    private static final SerializedString FIRST_RECEIVED_AT = new SerializedString("first_received_at");
    private static final SerializedString LAST_RECEIVED_AT = new SerializedString("last_received_at");
    private static final SerializedString FIRST_SENT_AT = new SerializedString("first_sent_at");
    private static final SerializedString LAST_SENT_AT = new SerializedString("last_sent_at");
    private static final SerializedString SMOOTHED_RTT_SECONDS = new SerializedString("smoothed_rtt_seconds");
    private static final SerializedString MIN_RTT_SECONDS = new SerializedString("min_rtt_seconds");
    private static final SerializedString SENT_RETRANSMITS = new SerializedString("sent_retransmits");
    private static final SerializedString RECEIVED_RETRANSMITS = new SerializedString("received_retransmits");
    private static final SerializedString SENT_RETRANSMITTED_BYTES = new SerializedString("sent_retransmitted_bytes");
    private static final SerializedString RECEIVED_RETRANSMITTED_BYTES =
            new SerializedString("received_retransmitted_bytes");
    private static final SerializedString PEER_ZERO_WINDOWS = new SerializedString("peer_zero_windows");
    private static final SerializedString PEER_ZERO_WINDOW_SECONDS = new SerializedString("peer_zero_window_seconds");
    private static final SerializedString LOCAL_ZERO_WINDOWS = new SerializedString("local_zero_windows");
    private static final SerializedString LOCAL_ZERO_WINDOW_SECONDS = new SerializedString("local_zero_window_seconds");
    private static final SerializedString BUSY_SECONDS = new SerializedString("busy_seconds");
    private static final SerializedString RECEIVER_LIMITED_SECONDS = new SerializedString("receiver_limited_seconds");
    private static final SerializedString SEND_BUFFER_LIMITED_SECONDS =
            new SerializedString("send_buffer_limited_seconds");
    private static final SerializedString UNACKED_SEGMENTS = new SerializedString("unacked_segments");
    private static final SerializedString NOT_SENT_BYTES = new SerializedString("not_sent_bytes");
    private static final SerializedString PAUSED_SECONDS = new SerializedString("paused_seconds");
    private static final SerializedString PAUSES = new SerializedString("pauses");
    private static final SerializedString HELD_MAX_BYTES = new SerializedString("held_max_bytes");
    private static final SerializedString UNDELIVERED_BYTES = new SerializedString("undelivered_bytes");
    private static final SerializedString URGENT_SEEN = new SerializedString("urgent_seen");
    private static final SerializedString STATE = new SerializedString("state");
    private static final Map<TcpState, SerializableString> STATES = FactWriter.labels(TcpState.class, TcpState::label);

    private JsonLegData() {}

    static void write(LegData data, FactWriter out) {
        out.json.writeStartObject();
        out.number(RECEIVED_BYTES, data.bytesReceived());
        out.number(SENT_BYTES, data.bytesSent());
        out.number(RECEIVED_SEGMENTS, data.segmentsReceived());
        out.number(SENT_SEGMENTS, data.segmentsSent());
        out.time(FIRST_RECEIVED_AT, data.firstReceivedAt());
        out.time(LAST_RECEIVED_AT, data.lastReceivedAt());
        out.time(FIRST_SENT_AT, data.firstSentAt());
        out.time(LAST_SENT_AT, data.lastSentAt());
        out.seconds(SMOOTHED_RTT_SECONDS, data.smoothedRtt());
        out.seconds(MIN_RTT_SECONDS, data.minRtt());
        out.number(SENT_RETRANSMITS, data.retransmitsSent());
        out.number(RECEIVED_RETRANSMITS, data.retransmitsReceived());
        out.number(SENT_RETRANSMITTED_BYTES, data.retransmittedBytesSent());
        out.number(RECEIVED_RETRANSMITTED_BYTES, data.retransmittedBytesReceived());
        waiting(data, out);
        out.number(UNDELIVERED_BYTES, data.undeliveredBytes());
        out.flag(URGENT_SEEN, data.urgentSeen());
        out.label(STATE, data.state(), STATES);
        out.sources();
        out.json.writeEndObject();
    }

    private static void waiting(LegData data, FactWriter out) {
        out.number(PEER_ZERO_WINDOWS, data.peerZeroWindows());
        out.seconds(PEER_ZERO_WINDOW_SECONDS, data.peerZeroWindowTime());
        out.number(LOCAL_ZERO_WINDOWS, data.localZeroWindows());
        out.seconds(LOCAL_ZERO_WINDOW_SECONDS, data.localZeroWindowTime());
        out.seconds(BUSY_SECONDS, data.busyTime());
        out.seconds(RECEIVER_LIMITED_SECONDS, data.receiverLimitedTime());
        out.seconds(SEND_BUFFER_LIMITED_SECONDS, data.sendBufferLimitedTime());
        out.number(UNACKED_SEGMENTS, data.unackedSegments());
        out.number(NOT_SENT_BYTES, data.notSentBytes());
        out.seconds(PAUSED_SECONDS, data.pausedTime());
        out.number(PAUSES, data.pauses());
        out.number(HELD_MAX_BYTES, data.heldBytesMax());
    }
}
