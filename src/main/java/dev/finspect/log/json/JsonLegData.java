package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.LegData;
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
    private static final SerializedString FULL_SEGMENT_BYTES = new SerializedString("full_segment_bytes");
    private static final SerializedString PATH_MTU_BYTES = new SerializedString("path_mtu_bytes");
    private static final SerializedString ICMP_MTU_BYTES = new SerializedString("icmp_mtu_bytes");
    private static final SerializedString ACKNOWLEDGED_SEGMENT_BYTES =
            new SerializedString("acknowledged_segment_bytes");
    private static final SerializedString RESENT_SEGMENT_BYTES = new SerializedString("resent_segment_bytes");
    private static final SerializedString SACKED_SEGMENT_BYTES = new SerializedString("sacked_segment_bytes");
    private static final SerializedString RECEIVED_SEGMENT_BYTES = new SerializedString("received_segment_bytes");
    private static final SerializedString SEGMENT_BEHIND_GAP_BYTES = new SerializedString("segment_behind_gap_bytes");
    private static final SerializedString GAP_BYTES = new SerializedString("gap_bytes");
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
    private static final SerializedString PEER_WINDOW_BYTES = new SerializedString("peer_window_bytes");
    private static final SerializedString PAUSED_SECONDS = new SerializedString("paused_seconds");
    private static final SerializedString PAUSES = new SerializedString("pauses");
    private static final SerializedString HELD_MAX_BYTES = new SerializedString("held_max_bytes");
    private static final SerializedString UNDELIVERED_BYTES = new SerializedString("undelivered_bytes");
    private static final SerializedString URGENT_SEEN = new SerializedString("urgent_seen");
    private static final SerializedString TRANSFER_SECONDS = new SerializedString("transfer_seconds");
    private static final SerializedString LIMITED_BY_PEER_SECONDS = new SerializedString("limited_by_peer_seconds");
    private static final SerializedString LIMITED_BY_NETWORK_SECONDS =
            new SerializedString("limited_by_network_seconds");
    private static final SerializedString LIMITED_BY_FINSPECT_SECONDS =
            new SerializedString("limited_by_finspect_seconds");
    private static final SerializedString LIMITED_BY_SOURCE_SECONDS = new SerializedString("limited_by_source_seconds");
    private static final SerializedString STATE = new SerializedString("state");
    private static final Map<TcpState, SerializableString> STATES = FactWriter.labels(TcpState.class, TcpState::label);

    private JsonLegData() {}

    static void write(LegData data, FactWriter out) {
        out.json.writeStartObject();
        out.number(RECEIVED_BYTES, data.traffic().bytesReceived());
        out.number(SENT_BYTES, data.traffic().bytesSent());
        out.number(RECEIVED_SEGMENTS, data.traffic().segmentsReceived());
        out.number(SENT_SEGMENTS, data.traffic().segmentsSent());
        out.time(FIRST_RECEIVED_AT, data.traffic().firstReceivedAt());
        out.time(LAST_RECEIVED_AT, data.traffic().lastReceivedAt());
        out.time(FIRST_SENT_AT, data.traffic().firstSentAt());
        out.time(LAST_SENT_AT, data.traffic().lastSentAt());
        out.seconds(SMOOTHED_RTT_SECONDS, data.path().smoothedRtt());
        out.seconds(MIN_RTT_SECONDS, data.path().minRtt());
        out.number(SENT_RETRANSMITS, data.loss().retransmitsSent());
        out.number(RECEIVED_RETRANSMITS, data.loss().retransmitsReceived());
        out.number(SENT_RETRANSMITTED_BYTES, data.loss().bytesSent());
        out.number(RECEIVED_RETRANSMITTED_BYTES, data.loss().bytesReceived());
        sizes(data, out);
        waiting(data, out);
        out.seconds(TRANSFER_SECONDS, data.transfer().time());
        out.seconds(LIMITED_BY_PEER_SECONDS, data.transfer().peer());
        out.seconds(LIMITED_BY_NETWORK_SECONDS, data.transfer().network());
        out.seconds(LIMITED_BY_FINSPECT_SECONDS, data.transfer().finspect());
        out.seconds(LIMITED_BY_SOURCE_SECONDS, data.transfer().source());
        out.number(UNDELIVERED_BYTES, data.relay().undeliveredBytes());
        out.flag(URGENT_SEEN, data.relay().urgentSeen());
        out.label(STATE, data.queue().state(), STATES);
        out.sources();
        out.json.writeEndObject();
    }

    private static void sizes(LegData data, FactWriter out) {
        out.number(FULL_SEGMENT_BYTES, data.loss().sizes().full());
        out.number(PATH_MTU_BYTES, data.flight().retransmission().pathMtuBytes());
        out.number(ICMP_MTU_BYTES, data.path().icmpMtuBytes());
        out.number(ACKNOWLEDGED_SEGMENT_BYTES, data.loss().sizes().acknowledged());
        out.number(RESENT_SEGMENT_BYTES, data.loss().sizes().sentAgain());
        out.number(SACKED_SEGMENT_BYTES, data.loss().sizes().sacked());
        out.number(RECEIVED_SEGMENT_BYTES, data.loss().sizes().received());
        out.number(SEGMENT_BEHIND_GAP_BYTES, data.loss().sizes().behindGap());
        out.number(GAP_BYTES, data.loss().sizes().gap());
    }

    private static void waiting(LegData data, FactWriter out) {
        out.number(PEER_ZERO_WINDOWS, data.windows().peerZeroWindows());
        out.seconds(PEER_ZERO_WINDOW_SECONDS, data.windows().peerZeroWindowTime());
        out.number(LOCAL_ZERO_WINDOWS, data.windows().localZeroWindows());
        out.seconds(LOCAL_ZERO_WINDOW_SECONDS, data.windows().localZeroWindowTime());
        out.seconds(BUSY_SECONDS, data.queue().busyTime());
        out.seconds(RECEIVER_LIMITED_SECONDS, data.queue().receiverLimitedTime());
        out.seconds(SEND_BUFFER_LIMITED_SECONDS, data.queue().sendBufferLimitedTime());
        out.number(UNACKED_SEGMENTS, data.queue().unackedSegments());
        out.number(NOT_SENT_BYTES, data.queue().notSentBytes());
        out.number(PEER_WINDOW_BYTES, data.queue().peerWindowBytes());
        out.seconds(PAUSED_SECONDS, data.relay().pausedTime());
        out.number(PAUSES, data.relay().pauses());
        out.number(HELD_MAX_BYTES, data.relay().heldBytesMax());
    }
}
