package dev.finspect.log.json;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionRecord;
import java.util.List;

/**
 * The JSON form of a record, as {@code session-record.schema.json} describes it.
 *
 * <p>Pure ASCII, whatever a name or an error text holds, so that no reader's encoding and no terminal can be upset. Any
 * thread; each keeps buffers of its own.
 */
public final class JsonRecordEncoder implements RecordEncoder, LineEncoder {
    private static final int USUAL_BYTES = 16 * 1024;
    /** A buffer that one long list of records has made larger than this is not kept. */
    private static final int MOST_KEPT_BYTES = 1024 * 1024;

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
        Scratch mine = scratch.get();
        LineBatch buffer = mine.buffer;
        buffer.clear();
        if (asArray) {
            buffer.write('[');
        }
        for (int i = 0; i < records.size(); i++) {
            if (i > 0) {
                buffer.write(',');
            }
            write(mine, records.get(i), buffer);
        }
        if (asArray) {
            buffer.write(']');
        }
        byte[] bytes = buffer.toByteArray();
        if (bytes.length > MOST_KEPT_BYTES) {
            scratch.remove();
        }
        return bytes;
    }

    private static void write(Scratch mine, SessionRecord record, LineBatch target) {
        mine.json.clear();
        JsonSession.write(record, mine.facts);
        mine.json.copyTo(target);
    }

    /** What a thread uses again for every record. */
    private static final class Scratch {
        final LineBatch buffer = new LineBatch(USUAL_BYTES);
        final JsonBytes json = new JsonBytes(USUAL_BYTES);
        final FactWriter facts = new FactWriter(json);
    }
}
