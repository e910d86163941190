package dev.finspect.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.finspect.session.RecordEncoder;
import dev.finspect.session.SessionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The JSON form of a record, as {@code session-record.schema.json} describes it.
 *
 * <p>Pure ASCII, whatever a name or an error text holds, so that no reader's encoding and no terminal can be upset. Any
 * thread; each keeps a generator and a buffer of its own.
 */
public final class JsonRecordEncoder implements RecordEncoder, LineEncoder {
    private static final int USUAL_BYTES = 16 * 1024;
    /** A buffer that one long list of records has made larger than this is not kept. */
    private static final int MOST_KEPT_BYTES = 1024 * 1024;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .rootValueSeparator("")
            .build();

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
        Scratch mine = scratch.get();
        mine.out.target = batch;
        write(mine, record);
    }

    private byte[] write(List<SessionRecord> records, boolean asArray) {
        Scratch mine = scratch.get();
        LineBatch buffer = mine.buffer;
        buffer.clear();
        mine.out.target = buffer;
        if (asArray) {
            buffer.write('[');
        }
        for (int i = 0; i < records.size(); i++) {
            if (i > 0) {
                buffer.write(',');
            }
            write(mine, records.get(i));
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

    private void write(Scratch mine, SessionRecord record) {
        boolean whole = false;
        try {
            JsonSession.write(record, mine.facts);
            mine.json.flush();
            whole = true;
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail to be written", e);
        } finally {
            if (!whole) {
                scratch.remove(); // The generator stands in the middle of a record.
            }
        }
    }

    /** What a thread uses again for every record. */
    private static final class Scratch {
        final LineBatch buffer = new LineBatch(USUAL_BYTES);
        final Redirect out = new Redirect(buffer);
        final JsonGenerator json;
        final FactWriter facts;

        Scratch() {
            try {
                json = FACTORY.createGenerator(out);
            } catch (IOException e) {
                throw new UncheckedIOException("Memory does not fail to be opened", e);
            }
            facts = new FactWriter(json);
        }
    }

    /** Passes a generator's bytes to the batch of the moment. */
    private static final class Redirect extends java.io.OutputStream {
        LineBatch target;

        Redirect(LineBatch target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            target.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            target.write(bytes, from, count);
        }
    }
}
