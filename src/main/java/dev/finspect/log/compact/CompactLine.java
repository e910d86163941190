package dev.finspect.log.compact;

import dev.finspect.log.line.LineBatch;
import dev.finspect.log.line.LineEncoder;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Source;

/**
 * Encodes records as compact JSON lines, as {@code session-line.schema.json} describes them: only what is known and says
 * something, in at most {@value #MOST_BYTES} bytes. Pure ASCII. Confined to one thread; the buffers are reused.
 */
public final class CompactLine implements LineEncoder {
    /** Most bytes of a line with its end: what no container runtime and no syslog splits. */
    public static final int MOST_BYTES = 8_192;

    private final CompactWriter out;

    /** {@code instance} is the name of this finspect. */
    public CompactLine(String instance) {
        out = new CompactWriter(instance);
    }

    @Override
    public void append(SessionRecord record, int sampledOneIn, LineBatch batch) {
        out.line(line -> SessionFields.TABLE.write(record, line), record.evidence(), sampledOneIn, batch);
    }

    @Override
    public void append(OmittedLines lines, LineBatch batch) {
        out.line(line -> ManyFields.TABLE.write(lines, line), Source.SOCKET, 1, batch);
    }

    @Override
    public boolean forPrograms() {
        return true;
    }

    @Override
    public int mostIds() {
        return ManyFields.MOST_IDS;
    }
}
