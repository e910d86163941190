package dev.finspect.cli.read;

import dev.finspect.cli.process.OutputFormat;
import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.text.ConnectionTable;
import dev.finspect.log.text.TextLine;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.anonymous.Anonymiser;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Writes records to standard output, in one of the formats of commands. For one thread. */
public final class RecordOutput {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputFormat format;
    private final PrintStream stream;
    private final BufferedOutputStream out;
    private final JsonRecordEncoder json = new JsonRecordEncoder();
    private final ConnectionTable table;
    private final TextLine lines;
    private final boolean prompt;
    private final @Nullable Anonymiser anonymiser;
    private boolean begun;

    /**
     * Writes to {@code stream}, text folded to these columns; with {@code prompt}, flushes after each record; with an anonymiser,
     * with other addresses and names.
     */
    public RecordOutput(
            OutputFormat format,
            PrintStream stream,
            boolean colour,
            IntSupplier columns,
            boolean prompt,
            @Nullable Anonymiser anonymiser) {
        this.anonymiser = anonymiser;
        this.format = format;
        this.stream = stream;
        this.out = new BufferedOutputStream(stream, BUFFER_BYTES);
        this.table = new ConnectionTable(colour);
        this.lines = new TextLine(colour, columns);
        this.prompt = prompt;
    }

    /** Writes a record. */
    public void write(SessionRecord real) {
        SessionRecord record = anonymiser == null ? real : anonymiser.record(real);
        switch (format) {
            case TEXT -> line(shown(lines.text(record)));
            case TABLE -> {
                if (!begun) {
                    line(table.header());
                }
                line(shown(table.line(record)));
            }
            case JSON -> {
                text(begun ? ",\n" : "[\n");
                bytes(shown(json.encode(record)));
            }
            case NDJSON -> {
                bytes(shown(json.encode(record)));
                text("\n");
            }
        }
        begun = true;
        if (prompt) {
            flush();
        }
    }

    /** Ends the output and flushes it. */
    public void finish() {
        if (format == OutputFormat.JSON) {
            text(begun ? "\n]\n" : "[]\n");
        }
        flush();
    }

    /** Whether writing failed: the reader has gone, or the disk is full. */
    public boolean broken() {
        return stream.checkError();
    }

    private String shown(String text) {
        return anonymiser == null ? text : anonymiser.text(text);
    }

    private byte[] shown(byte[] text) {
        return anonymiser == null ? text : anonymiser.text(text);
    }

    private void line(String text) {
        text(text + "\n");
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("a PrintStream throws no IOException", e);
        }
    }

    private void flush() {
        try {
            out.flush();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("a PrintStream throws no IOException", e);
        }
    }
}
