package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.finspect.record.CloseMark;
import dev.finspect.record.KernelNote;
import dev.finspect.record.LegClose;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.ResetReason;
import dev.finspect.tcp.Source;
import java.util.Locale;
import java.util.Map;

/** Writes the close of one leg. */
final class JsonLegClose {
    private static final SerializedString PEER_FIN = new SerializedString("peer_fin");
    private static final SerializedString LOCAL_FIN = new SerializedString("local_fin");
    private static final SerializedString PEER_RST = new SerializedString("peer_rst");
    private static final SerializedString LOCAL_RST = new SerializedString("local_rst");
    private static final SerializedString ERRNO = new SerializedString("errno");
    private static final SerializedString SIMULTANEOUS_CLOSE = new SerializedString("simultaneous_close");
    private static final SerializedString TIME_WAIT_HOLDER = new SerializedString("time_wait_holder");
    private static final SerializedString PEER_CLOSE_WAIT_SECONDS = new SerializedString("peer_close_wait_seconds");
    private static final SerializedString LOCAL_CLOSE_WAIT_SECONDS = new SerializedString("local_close_wait_seconds");
    private static final SerializedString PEER_FIN_WAIT_2_SECONDS = new SerializedString("peer_fin_wait_2_seconds");
    private static final SerializedString LOCAL_FIN_WAIT_2_SECONDS = new SerializedString("local_fin_wait_2_seconds");
    private static final SerializedString SENT_AFTER_PEER_FIN_BYTES = new SerializedString("sent_after_peer_fin_bytes");
    private static final SerializedString RECEIVED_AFTER_LOCAL_FIN_BYTES =
            new SerializedString("received_after_local_fin_bytes");
    private static final SerializedString AT = new SerializedString("at");
    private static final SerializedString SEQUENCE_NUMBER = new SerializedString("sequence_number");
    private static final SerializedString ACKNOWLEDGED_AFTER_SECONDS =
            new SerializedString("acknowledged_after_seconds");
    private static final SerializedString RETRANSMITS = new SerializedString("retransmits");
    private static final SerializedString WITH_DATA = new SerializedString("with_data");
    private static final SerializedString KERNEL_SENT_AT = new SerializedString("kernel_sent_at");
    private static final SerializedString KERNEL_REASON = new SerializedString("kernel_reason");
    private static final SerializedString CLOSE_WAIT_AT = new SerializedString("close_wait_at");

    private static final Map<LegClose.TimeWaitHolder, SerializableString> HOLDERS = FactWriter.labels(
            LegClose.TimeWaitHolder.class, holder -> holder.name().toLowerCase(Locale.ROOT));

    private JsonLegClose() {}

    static void write(LegClose close, FactWriter out) {
        out.json.writeStartObject();
        segment(PEER_FIN, close.peerFin(), out);
        segment(LOCAL_FIN, close.localFin(), out);
        segment(PEER_RST, close.peerRst(), out);
        segment(LOCAL_RST, close.localRst(), out);
        out.text(ERRNO, close.errno(), Errno::name);
        out.flag(SIMULTANEOUS_CLOSE, close.simultaneousClose());
        out.label(TIME_WAIT_HOLDER, close.timeWaitHolder(), HOLDERS);
        out.seconds(PEER_CLOSE_WAIT_SECONDS, close.waits().peerCloseWait());
        out.seconds(LOCAL_CLOSE_WAIT_SECONDS, close.waits().localCloseWait());
        out.seconds(PEER_FIN_WAIT_2_SECONDS, close.waits().peerFinWait2());
        out.seconds(LOCAL_FIN_WAIT_2_SECONDS, close.waits().localFinWait2());
        out.number(SENT_AFTER_PEER_FIN_BYTES, close.afterFin().bytesSent());
        out.number(RECEIVED_AFTER_LOCAL_FIN_BYTES, close.afterFin().bytesReceived());
        out.sources();
        out.json.writeEndObject();
    }

    private static void segment(SerializedString name, Observation<CloseMark> observed, FactWriter out) {
        CloseMark mark = observed.orNull();
        out.json.writeFieldName(name);
        if (mark == null) {
            out.json.writeNull();
            return;
        }
        out.json.writeStartObject();
        out.time(AT, mark.at());
        out.number(SEQUENCE_NUMBER, mark.sequenceNumber());
        out.seconds(ACKNOWLEDGED_AFTER_SECONDS, observedTimeToAck(mark));
        out.number(RETRANSMITS, mark.retransmits());
        out.flag(WITH_DATA, mark.withData());
        noted(mark.kernel(), out);
        out.sources();
        out.json.writeEndObject();
    }

    /** What the kernel noted of it; nothing without a trace. */
    private static void noted(KernelNote note, FactWriter out) {
        if (note.sentAt().isKnown()) {
            out.time(KERNEL_SENT_AT, note.sentAt());
        }
        if (note.reason().isKnown()) {
            out.text(KERNEL_REASON, note.reason(), ResetReason::name);
        }
        if (note.closeWaitAt().isKnown()) {
            out.time(CLOSE_WAIT_AT, note.closeWaitAt());
        }
    }

    /** The time if it was observed; a time inferred from kernel readings is not part of the JSON record. */
    private static Observation<Long> observedTimeToAck(CloseMark mark) {
        Fact<Long> time = mark.timeToAck().fact();
        return time == null || time.source() == Source.INFERRED ? Observation.notObserved() : time;
    }
}
