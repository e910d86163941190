package dev.finspect.log.line;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A buffer of lines to be written, with the position up to which they have been written. Confined to one thread; the memory is
 * reused.
 */
public final class LineBatch extends OutputStream {
    private byte[] bytes;
    private int length;
    private int[] lineEnds = new int[64];
    private int lines;
    private int position;
    private int linesWritten;

    public LineBatch(int initialBytes) {
        bytes = new byte[initialBytes];
    }

    @Override
    public void write(int b) {
        ensureRoom(1);
        bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int from, int count) {
        ensureRoom(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    /** Ends the current line. */
    public void endLine() {
        write('\n');
        if (lines == lineEnds.length) {
            lineEnds = Arrays.copyOf(lineEnds, lines * 2);
        }
        lineEnds[lines++] = length;
    }

    /** Removes everything appended after the last complete line. */
    public void dropUnfinishedLine() {
        length = lines == 0 ? 0 : lineEnds[lines - 1];
    }

    /** Everything appended, including what was already written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Number of bytes not yet written. */
    public int remaining() {
        return length - position;
    }

    /** Number of unwritten bytes in as many whole lines as fit into {@code limit}. */
    public int wholeLinesWithin(long limit) {
        int end = position;
        for (int i = linesWritten; i < lines && lineEnds[i] - position <= limit; i++) {
            end = lineEnds[i];
        }
        return end - position;
    }

    /** Number of unwritten bytes of the next line. */
    public int nextLine() {
        return lineEnds[linesWritten] - position;
    }

    /** The next {@code count} bytes to write; valid until the next append. */
    public ByteBuffer next(int count) {
        return ByteBuffer.wrap(bytes, position, count);
    }

    /** Advances the position by {@code count} written bytes. */
    public void written(int count) {
        position += count;
        while (linesWritten < lines && lineEnds[linesWritten] <= position) {
            linesWritten++;
        }
    }

    /** Removes the whole lines that have been written; returns their number. */
    public int takeLinesWritten() {
        int taken = linesWritten;
        if (taken > 0) {
            int start = lineEnds[taken - 1];
            System.arraycopy(bytes, start, bytes, 0, length - start);
            for (int i = taken; i < lines; i++) {
                lineEnds[i - taken] = lineEnds[i] - start;
            }
            length -= start;
            position -= start;
            lines -= taken;
            linesWritten = 0;
        }
        return taken;
    }

    /** Moves the position back to the start of a partly written line; returns the number of bytes of it that were written. */
    public int rewindToLine() {
        int lineStart = linesWritten == 0 ? 0 : lineEnds[linesWritten - 1];
        int torn = position - lineStart;
        position = lineStart;
        return torn;
    }

    /** Removes all lines. */
    public void clear() {
        length = 0;
        lines = 0;
        position = 0;
        linesWritten = 0;
    }

    private void ensureRoom(int count) {
        if (count > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
    }
}
