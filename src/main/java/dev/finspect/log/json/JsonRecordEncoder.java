package dev.finspect.log.json;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.RecordEvent;
import dev.finspect.session.SessionRecord;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Encodes records as JSON, as {@code session-record.schema.json} describes it.
 *
 * <p>Pure ASCII, whatever characters a name or an error message contains, so that the output is safe for any encoding and any
 * terminal. Any thread; each thread has its own buffers.
 */
public final class JsonRecordEncoder implements RecordEncoder, LineEncoder {
    private static final int INITIAL_BYTES = 16 * 1024;
    /** A buffer that a long list of records has grown beyond this size is discarded. */
    private static final int MAX_KEPT_BYTES = 1024 * 1024;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    @Override
    public byte[] encode(SessionRecord record) {
        return write(List.of(record), false);
    }

    @Override
    public byte[] encode(List<SessionRecord> records) {
        return write(records, true);
    }

    /** A line of the log: of a session that lives on, only what is new. */
    @Override
    public void append(SessionRecord record, LineBatch batch) {
        if (record.event() == RecordEvent.PROGRESS) {
            append(JsonUpdate::write, record, batch);
        } else {
            write(scratch.get(), record, batch);
        }
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

    private byte[] write(List<SessionRecord> records, boolean asArray) {
        Scratch own = scratch.get();
        LineBatch buffer = own.buffer;
        buffer.clear();
        if (asArray) {
            buffer.write('[');
        }
        for (int i = 0; i < records.size(); i++) {
            if (i > 0) {
                buffer.write(',');
            }
            write(own, records.get(i), buffer);
        }
        if (asArray) {
            buffer.write(']');
        }
        byte[] bytes = buffer.toByteArray();
        if (bytes.length > MAX_KEPT_BYTES) {
            scratch.remove();
        }
        return bytes;
    }

    private static void write(Scratch own, SessionRecord record, LineBatch target) {
        own.json.clear();
        if (record.event() == RecordEvent.HUNG || record.event() == RecordEvent.RECOVERED) {
            JsonUpdate.write(record, own.facts);
        } else {
            JsonSession.write(record, own.facts);
        }
        own.json.copyTo(target);
    }

    /** The buffers that a thread reuses for every record. */
    private static final class Scratch {
        final LineBatch buffer = new LineBatch(INITIAL_BYTES);
        final JsonBytes json = new JsonBytes(INITIAL_BYTES);
        final FactWriter facts = new FactWriter(json);
    }
}
