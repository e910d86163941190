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
public final class JsonBytes {
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

    /** Behind a text that was cut. */
    private static final String CUT = "...";

    private byte[] bytes;
    private int length;
    /** Whether the next name or value needs a comma before it. */
    private boolean comma;

    public JsonBytes(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    /** Discards everything written. */
    public void clear() {
        length = 0;
        comma = false;
    }

    /** Number of bytes written. */
    public int length() {
        return length;
    }

    /** Discards the items of a list that were written since {@link #length()} was this. */
    public void cutTo(int earlier) {
        length = earlier;
        comma = bytes[earlier - 1] != '[';
    }

    /** Appends everything written to {@code target}. */
    public void copyTo(LineBatch target) {
        target.write(bytes, 0, length);
    }

    public void writeStartObject() {
        open('{');
    }

    public void writeEndObject() {
        close('}');
    }

    public void writeStartArray() {
        open('[');
    }

    public void writeEndArray() {
        close(']');
    }

    public void writeFieldName(SerializableString name) {
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

    public void writeNull() {
        writeRawValue(NULL);
    }

    public void writeBoolean(boolean value) {
        writeRawValue(value ? TRUE : FALSE);
    }

    public void writeNumber(long value) {
        begin(MAX_NUMBER_LENGTH);
        if (value >= 0 && value < 10) {
            bytes[length++] = (byte) ('0' + value);
        } else {
            digits(value);
        }
    }

    /** A string that is known to be ASCII. */
    public void writeString(SerializableString word) {
        byte[] quoted = word.asQuotedUTF8();
        begin(quoted.length + MARKS_LENGTH);
        bytes[length++] = '"';
        System.arraycopy(quoted, 0, bytes, length, quoted.length);
        length += quoted.length;
        bytes[length++] = '"';
    }

    /**
     * The same, cut with three points behind it where it takes more than {@code mostBytes}.
     *
     * @param mostBytes of the escaped text, without quotes; at least 3
     */
    public void writeString(String text, int mostBytes) {
        int begun = length;
        boolean commaBefore = comma;
        writeString(text);
        int quotesAndComma = commaBefore ? 3 : 2;
        if (length - begun - quotesAndComma > mostBytes) {
            length = begun;
            comma = commaBefore;
            writeString(text.substring(0, fitting(text, mostBytes - CUT.length())) + CUT);
        }
    }

    /** How many characters, no half of a pair, take at most so many bytes. */
    private static int fitting(String text, int mostBytes) {
        int used = 0;
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            used += codePoint >= ' ' && codePoint < 0x7f && codePoint != '"' && codePoint != '\\'
                    ? 1
                    : Character.charCount(codePoint) * MAX_ESCAPE_LENGTH;
            if (used > mostBytes) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return end;
    }

    /** Any text. Everything but printable ASCII is escaped; surrogate pairs become two escapes. */
    public void writeString(String text) {
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
    public void writeRawString(byte[] ascii, int from, int count) {
        begin(count + MARKS_LENGTH);
        bytes[length++] = '"';
        System.arraycopy(ascii, from, bytes, length, count);
        length += count;
        bytes[length++] = '"';
    }

    /** A value that is already JSON. */
    public void writeRawValue(byte[] json) {
        writeRawValue(json, 0, json.length);
    }

    /** A value that is already JSON. */
    public void writeRawValue(byte[] json, int from, int count) {
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
