package dev.finspect.log.line;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Lines that wait to be written, one behind the other, and how far they have been. Confined to one thread; its memory
 * is used again and again.
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

    /** Ends the line that was being appended. */
    public void endLine() {
        write('\n');
        if (lines == lineEnds.length) {
            lineEnds = Arrays.copyOf(lineEnds, lines * 2);
        }
        lineEnds[lines++] = length;
    }

    /** Takes back what was appended since the last line ended. */
    public void dropUnfinishedLine() {
        length = lines == 0 ? 0 : lineEnds[lines - 1];
    }

    /** Everything appended, without regard to lines or to what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Bytes that are still to be written. */
    public int remaining() {
        return length - position;
    }

    /** Bytes of the whole lines that are still to be written and together are no longer than {@code limit}. */
    public int wholeLinesWithin(long limit) {
        int end = position;
        for (int i = linesWritten; i < lines && lineEnds[i] - position <= limit; i++) {
            end = lineEnds[i];
        }
        return end - position;
    }

    /** Bytes of the next line that are still to be written. */
    public int nextLine() {
        return lineEnds[linesWritten] - position;
    }

    /** The next {@code count} bytes to be written; good until something is appended. */
    public ByteBuffer next(int count) {
        return ByteBuffer.wrap(bytes, position, count);
    }

    /** Notes that {@code count} more bytes have been written. */
    public void written(int count) {
        position += count;
        while (linesWritten < lines && lineEnds[linesWritten] <= position) {
            linesWritten++;
        }
    }

    /** Forgets the whole lines that have been written, and returns how many they were. */
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

    /** Goes back to the start of the line that was written in part, and returns how many bytes of it were. */
    public int rewindToLine() {
        int lineStart = linesWritten == 0 ? 0 : lineEnds[linesWritten - 1];
        int torn = position - lineStart;
        position = lineStart;
        return torn;
    }

    /** Forgets all lines. */
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
