package dev.finspect.log.json;

import com.fasterxml.jackson.core.SerializableString;
import dev.finspect.log.line.LineBatch;
import java.util.Arrays;

/**
 * Writes JSON into memory, as pure ASCII. Confined to one thread; the memory is reused, and a value allocates nothing.
 *
 * <p>Differs from a general generator because a record consists of about 200 names, most of them with a short number: it copies
 * each name as a block and keeps no stack. The caller is responsible for well-formed JSON; every record of every test is parsed.
 */
final class JsonBytes {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    /** Length of the longest number, {@link Long#MIN_VALUE}. */
    private static final int MAX_NUMBER_LENGTH = 20;
    /** Length of the longest escaped character: a backslash, a u and four digits. */
    private static final int MAX_ESCAPE_LENGTH = 6;
    /** Quotes, colon and comma. */
    private static final int MARKS_LENGTH = 4;

    private byte[] bytes;
    private int length;
    /** Whether the next name or value needs a comma before it. */
    private boolean comma;

    JsonBytes(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    /** Discards everything written. */
    void clear() {
        length = 0;
        comma = false;
    }

    /** Appends everything written to {@code target}. */
    void copyTo(LineBatch target) {
        target.write(bytes, 0, length);
    }

    void writeStartObject() {
        open('{');
    }

    void writeEndObject() {
        close('}');
    }

    void writeStartArray() {
        open('[');
    }

    void writeEndArray() {
        close(']');
    }

    void writeFieldName(SerializableString name) {
        byte[] quoted = name.asQuotedUTF8();
        ensureRoom(quoted.length + MARKS_LENGTH);
        if (comma) {
            bytes[length++] = ',';
        }
        bytes[length++] = '"';
        System.arraycopy(quoted, 0, bytes, length, quoted.length);
        length += quoted.length;
        bytes[length++] = '"';
        bytes[length++] = ':';
        comma = false;
    }

    void writeNull() {
        writeRawValue(NULL);
    }

    void writeBoolean(boolean value) {
        writeRawValue(value ? TRUE : FALSE);
    }

    void writeNumber(long value) {
        begin(MAX_NUMBER_LENGTH);
        if (value >= 0 && value < 10) {
            bytes[length++] = (byte) ('0' + value);
        } else {
            digits(value);
        }
    }

    /** A string that is known to be ASCII. */
    void writeString(SerializableString word) {
        byte[] quoted = word.asQuotedUTF8();
        begin(quoted.length + MARKS_LENGTH);
        bytes[length++] = '"';
        System.arraycopy(quoted, 0, bytes, length, quoted.length);
        length += quoted.length;
        bytes[length++] = '"';
    }

    /** Any text. Everything but printable ASCII is escaped; surrogate pairs become two escapes. */
    void writeString(String text) {
        begin(text.length() * MAX_ESCAPE_LENGTH + MARKS_LENGTH);
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else {
                escape(c);
            }
        }
        bytes[length++] = '"';
    }

    /** A string of ASCII that needs no escapes. */
    void writeRawString(byte[] ascii, int from, int count) {
        begin(count + MARKS_LENGTH);
        bytes[length++] = '"';
        System.arraycopy(ascii, from, bytes, length, count);
        length += count;
        bytes[length++] = '"';
    }

    /** A value that is already JSON. */
    void writeRawValue(byte[] json) {
        writeRawValue(json, 0, json.length);
    }

    /** A value that is already JSON. */
    void writeRawValue(byte[] json, int from, int count) {
        begin(count);
        System.arraycopy(json, from, bytes, length, count);
        length += count;
    }

    private void open(char bracket) {
        begin(1);
        bytes[length++] = (byte) bracket;
        comma = false;
    }

    private void close(char bracket) {
        ensureRoom(1);
        bytes[length++] = (byte) bracket;
        comma = true;
    }

    /** Begins a value of at most {@code maxBytes}. */
    private void begin(int maxBytes) {
        ensureRoom(maxBytes + 1);
        if (comma) {
            bytes[length++] = ',';
        }
        comma = true;
    }

    private void digits(long value) {
        // Works on the negative number, because the negative range is larger by one.
        long rest = value < 0 ? value : -value;
        int end = length + (value < 0 ? 1 : 0);
        for (long left = rest; left != 0; left /= 10) {
            end++;
        }
        int at = end;
        while (rest != 0) {
            long tenth = rest / 10;
            bytes[--at] = (byte) ('0' + (tenth * 10 - rest));
            rest = tenth;
        }
        if (value < 0) {
            bytes[--at] = '-';
        }
        length = end;
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> {
                bytes[length++] = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) {
                    bytes[length++] = HEX[(c >> shift) & 0xf];
                }
            }
        }
    }

    private void ensureRoom(int count) {
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
