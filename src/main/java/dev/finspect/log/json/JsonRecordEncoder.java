package dev.finspect.log.json;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionRecord;
import java.util.List;

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

    @Override
    public void append(SessionRecord record, LineBatch batch) {
        write(scratch.get(), record, batch);
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
        JsonSession.write(record, own.facts);
        own.json.copyTo(target);
    }

    /** The buffers that a thread reuses for every record. */
    private static final class Scratch {
        final LineBatch buffer = new LineBatch(INITIAL_BYTES);
        final JsonBytes json = new JsonBytes(INITIAL_BYTES);
        final FactWriter facts = new FactWriter(json);
    }
}
