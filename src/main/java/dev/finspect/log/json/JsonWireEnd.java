package dev.finspect.log.json;

import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.lifecycle.connection.EndpointFacts;
import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.lifecycle.connection.SynFacts;
import dev.finspect.lifecycle.connection.WindowFacts;
import org.jspecify.annotations.Nullable;

/** Writes the facts from the captured segments of one end of a leg. */
final class JsonWireEnd {
    private static final SerializedString SEGMENTS = new SerializedString("segments");
    private static final SerializedString IP_BYTES = new SerializedString("ip_bytes");
    private static final SerializedString PURE_ACKS = new SerializedString("pure_acks");
    private static final SerializedString DUPLICATE_ACKS = new SerializedString("duplicate_acks");
    private static final SerializedString WRONG_CHECKSUMS = new SerializedString("wrong_checksums");
    private static final SerializedString STREAM_BYTES = new SerializedString("stream_bytes");
    private static final SerializedString DATA_SEGMENTS = new SerializedString("data_segments");
    private static final SerializedString RETRANSMITTED_SEGMENTS = new SerializedString("retransmitted_segments");
    private static final SerializedString RETRANSMITTED_BYTES = new SerializedString("retransmitted_bytes");
    private static final SerializedString OUT_OF_ORDER_SEGMENTS = new SerializedString("out_of_order_segments");
    private static final SerializedString MISSED_BYTES = new SerializedString("missed_bytes");
    private static final SerializedString MISSED_GAPS = new SerializedString("missed_gaps");
    private static final SerializedString UNSEEN_BYTES = new SerializedString("unseen_bytes");
    private static final SerializedString KEEP_ALIVES = new SerializedString("keep_alives");
    private static final SerializedString ZERO_WINDOW_PROBES = new SerializedString("zero_window_probes");
    private static final SerializedString ZERO_WINDOW_SEGMENTS = new SerializedString("zero_window_segments");
    private static final SerializedString WINDOW_CLOSED_SINCE = new SerializedString("window_closed_since");
    private static final SerializedString WINDOW_LEAST_BYTES = new SerializedString("window_least_bytes");
    private static final SerializedString WINDOW_GREATEST_BYTES = new SerializedString("window_greatest_bytes");
    private static final SerializedString TTL_LEAST = new SerializedString("ttl_least");
    private static final SerializedString TTL_GREATEST = new SerializedString("ttl_greatest");
    private static final SerializedString OTHER_ISNS = new SerializedString("other_isns");
    private static final SerializedString FAST_OPEN = new SerializedString("fast_open");
    private static final SerializedString MULTIPATH = new SerializedString("multipath");
    private static final SerializedString ECN = new SerializedString("ecn");
    private static final SerializedString SYN_DATA_BYTES = new SerializedString("syn_data_bytes");

    private JsonWireEnd() {}

    /** Without {@code data}, segments with payload were not captured, and facts about them are null. */
    static void write(EndpointFacts end, boolean data, FactWriter out) {
        StreamFacts stream = end.stream();
        boolean spoke = stream.segments() > 0;
        out.json.writeStartObject();
        out.number(SEGMENTS, data ? (Long) stream.segments() : null);
        out.number(IP_BYTES, data ? (Long) stream.ipBytes() : null);
        out.number(PURE_ACKS, stream.pureAcks());
        out.number(DUPLICATE_ACKS, data ? (Long) stream.duplicateAcks() : null);
        out.number(WRONG_CHECKSUMS, stream.wrongChecksums());
        stream(stream, data, out);
        window(end.window(), out);
        out.number(TTL_LEAST, spoke ? (Long) (long) stream.leastTtl() : null);
        out.number(TTL_GREATEST, spoke ? (Long) (long) stream.greatestTtl() : null);
        syn(end.syn(), out);
        out.json.writeEndObject();
    }

    private static void stream(StreamFacts stream, boolean data, FactWriter out) {
        out.number(STREAM_BYTES, data ? (Long) stream.uniqueBytes() : null);
        out.number(DATA_SEGMENTS, data ? (Long) stream.dataSegments() : null);
        out.number(RETRANSMITTED_SEGMENTS, data ? (Long) stream.retransmittedSegments() : null);
        out.number(RETRANSMITTED_BYTES, data ? (Long) stream.retransmittedBytes() : null);
        out.number(OUT_OF_ORDER_SEGMENTS, data ? (Long) stream.outOfOrderSegments() : null);
        out.number(MISSED_BYTES, data ? (Long) stream.missedBytes() : null);
        out.number(MISSED_GAPS, data ? (Long) stream.missedGaps() : null);
        out.number(UNSEEN_BYTES, data ? (Long) stream.unseenBytes() : null);
        out.number(KEEP_ALIVES, data ? (Long) stream.keepAlives() : null);
        out.number(ZERO_WINDOW_PROBES, data ? (Long) stream.zeroWindowProbes() : null);
    }

    private static void window(WindowFacts window, FactWriter out) {
        out.number(ZERO_WINDOW_SEGMENTS, window.zeroWindows());
        out.time(WINDOW_CLOSED_SINCE, window.closedSinceNanos());
        out.number(WINDOW_LEAST_BYTES, window.leastBytes());
        out.number(WINDOW_GREATEST_BYTES, window.greatestBytes());
    }

    /** Facts about the SYN that the handshake object does not contain; all null if no SYN was captured. */
    private static void syn(@Nullable SynFacts syn, FactWriter out) {
        out.number(OTHER_ISNS, syn == null ? null : (Long) (long) syn.otherNumbers());
        flag(FAST_OPEN, syn == null ? null : syn.fastOpen(), out);
        flag(MULTIPATH, syn == null ? null : syn.multipath(), out);
        flag(ECN, syn == null ? null : syn.ecnSetup(), out);
        out.number(SYN_DATA_BYTES, syn == null ? null : (Long) (long) syn.dataBytes());
    }

    private static void flag(SerializedString name, @Nullable Boolean value, FactWriter out) {
        out.json.writeFieldName(name);
        if (value == null) {
            out.json.writeNull();
        } else {
            out.json.writeBoolean(value);
        }
    }
}
