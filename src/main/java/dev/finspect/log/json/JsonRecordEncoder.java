package dev.finspect.log.json;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.feed.LiveRow;
import dev.finspect.session.feed.LiveRowEncoder;
import java.util.function.BiConsumer;

/**
 * Encodes records as JSON, as {@code session-record.schema.json} describes it.
 *
 * <p>Pure ASCII, whatever characters a name or an error message contains, so that the output is safe for any encoding and any
 * terminal. Any thread; each thread has its own buffers.
 */
public final class JsonRecordEncoder implements RecordEncoder, LiveRowEncoder, LineEncoder {
    private static final int INITIAL_BYTES = 16 * 1024;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    @Override
    public byte[] encode(SessionRecord record) {
        return encoded(JsonRecordEncoder::write, record);
    }

    @Override
    public byte[] encode(SessionRow row) {
        return encoded(JsonRow::write, row);
    }

    @Override
    public byte[] encode(LiveRow row) {
        return encoded(JsonLiveRow::write, row);
    }

    /** A line of the log: of a session that lives on, only what is new. */
    @Override
    public void append(SessionRecord record, int sampledOneIn, LineBatch batch) {
        if (sampledOneIn > 1) {
            append((sampled, out) -> JsonSession.write(sampled, sampledOneIn, out), record, batch);
        } else if (record.event() == RecordEvent.PROGRESS) {
            append(JsonUpdate::write, record, batch);
        } else {
            append(JsonRecordEncoder::write, record, batch);
        }
    }

    @Override
    public boolean forPrograms() {
        return true;
    }

    @Override
    public void append(OmittedLines lines, LineBatch batch) {
        append(JsonUpdate::write, lines, batch);
    }

    private <T> void append(BiConsumer<T, FactWriter> writer, T what, LineBatch batch) {
        Scratch own = scratch.get();
        own.json.clear();
        writer.accept(what, own.facts);
        own.json.copyTo(batch);
    }

    private <T> byte[] encoded(BiConsumer<T, FactWriter> writer, T what) {
        LineBatch buffer = scratch.get().buffer;
        buffer.clear();
        append(writer, what, buffer);
        return buffer.toByteArray();
    }

    private static void write(SessionRecord record, FactWriter out) {
        if (record.event() == RecordEvent.HUNG || record.event() == RecordEvent.RECOVERED) {
            JsonUpdate.write(record, out);
        } else {
            JsonSession.write(record, out);
        }
    }

    /** The buffers that a thread reuses for every record. */
    private static final class Scratch {
        final LineBatch buffer = new LineBatch(INITIAL_BYTES);
        final JsonBytes json = new JsonBytes(INITIAL_BYTES);
        final FactWriter facts = new FactWriter(json);
    }
}
