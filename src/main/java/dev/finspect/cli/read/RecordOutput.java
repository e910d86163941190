package dev.finspect.cli.read;

import dev.finspect.log.json.JsonRecordEncoder;
import dev.finspect.log.text.ConnectionTable;
import dev.finspect.session.SessionRecord;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes records to standard output, in one of three formats. For one thread. */
public final class RecordOutput {
    /** The formats. */
    public enum Format {
        /** One line per record, for people. */
        TABLE,
        /** One JSON array. */
        JSON,
        /** One JSON document per line. */
        NDJSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int BUFFER_BYTES = 1 << 16;

    private final Format format;
    private final PrintStream stream;
    private final BufferedOutputStream out;
    private final JsonRecordEncoder json = new JsonRecordEncoder();
    private final ConnectionTable table;
    private final boolean prompt;
    private boolean begun;

    /** Writes to {@code stream}; with {@code prompt}, flushes after each record. */
    public RecordOutput(Format format, PrintStream stream, boolean colour, boolean prompt) {
        this.format = format;
        this.stream = stream;
        this.out = new BufferedOutputStream(stream, BUFFER_BYTES);
        this.table = new ConnectionTable(colour);
        this.prompt = prompt;
    }

    /** Writes a record. */
    public void write(SessionRecord record) {
        switch (format) {
            case TABLE -> {
                if (!begun) {
                    line(table.header());
                }
                line(table.line(record));
            }
            case JSON -> {
                text(begun ? ",\n" : "[\n");
                bytes(json.encode(record));
            }
            case NDJSON -> {
                bytes(json.encode(record));
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
        if (format == Format.JSON) {
            text(begun ? "\n]\n" : "[]\n");
        }
        flush();
    }

    /** Whether writing failed: the reader has gone, or the disk is full. */
    public boolean broken() {
        return stream.checkError();
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
