package dev.finspect.wire.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the kernel's trace buffer, as {@code trace_pipe_raw} gives them, one at a read.
 *
 * <pre>
 *   time stamp u64 | committed bytes and flags (long) | event, event, ...
 *   event: type or length 5 bits, time since the event before 27 bits | its fields
 * </pre>
 *
 * Sizes and offsets of the header are those of the file {@code events/header_page}; the events are as in {@code
 * events/header_event} and kernel/trace/ring_buffer.c.
 *
 * @param commitOffset where the number of committed bytes is
 * @param commitSize how many bytes it has: those of the kernel's {@code long}
 * @param dataOffset where the first event begins
 * @param pageBytes of a whole page
 */
public record TracePage(int commitOffset, int commitSize, int dataOffset, int pageBytes) {
    private static final int TIME_BITS = 27;
    private static final int TIME_MASK = (1 << TIME_BITS) - 1;
    private static final int PADDING = 29;
    private static final int TIME_EXTENDS = 30;
    private static final int TIME_STAMP = 31;
    private static final int WORD = Integer.BYTES;

    /** Events were lost before this page. */
    private static final int MISSED = 1 << 31;
    /** How many is behind the last event. */
    private static final int MISSED_STORED = 1 << 30;

    private static final int COMMIT_MASK = (1 << 20) - 1;

    /** Receives the events of a page. */
    @FunctionalInterface
    public interface Events {
        /**
         * One event; its bytes are from {@code offset} on.
         *
         * @param atNanos by the buffer's clock
         */
        void event(ByteBuffer page, int offset, int length, long atNanos);
    }

    /** Reads {@code events/header_page}; null where it is none, or pages are of a size that no kernel has. */
    public static @Nullable TracePage parse(String text) {
        EventFormat header = EventFormat.parse("name: header_page\nID: 0\n" + text);
        EventFormat.Field time = header == null ? null : header.field("timestamp", Long.BYTES);
        EventFormat.Field commit = header == null ? null : header.field("commit", Integer.BYTES, Long.BYTES);
        EventFormat.Field data = header == null ? null : header.fields().get("data");
        return time == null || time.offset() != 0 || commit == null || data == null || data.end() > COMMIT_MASK
                ? null
                : new TracePage(commit.offset(), commit.size(), data.offset(), data.end());
    }

    /**
     * Reads a page.
     *
     * @param page in the machine's byte order, from 0 to its limit
     * @return how many events the kernel lost before it, at least; 0 for none
     */
    public long read(ByteBuffer page, Events events) {
        if (page.limit() < dataOffset) {
            return 0;
        }
        int commit = commit(page);
        int end = Math.min(page.limit(), dataOffset + (commit & COMMIT_MASK));
        events(page, end, events);
        if ((commit & MISSED) == 0) {
            return 0;
        }
        boolean stored = (commit & MISSED_STORED) != 0 && end + commitSize <= page.limit();
        long missed = !stored ? 1 : commitSize == Long.BYTES ? page.getLong(end) : page.getInt(end);
        return Math.max(1, missed);
    }

    private int commit(ByteBuffer page) {
        return commitSize == Long.BYTES ? (int) page.getLong(commitOffset) : page.getInt(commitOffset);
    }

    private void events(ByteBuffer page, int end, Events events) {
        long atNanos = page.getLong(0);
        int at = dataOffset;
        while (at + WORD <= end) {
            int head = page.getInt(at);
            boolean big = page.order() == ByteOrder.BIG_ENDIAN;
            int type = big ? head >>> TIME_BITS : head & 0x1f;
            int delta = big ? head & TIME_MASK : head >>> (Integer.SIZE - TIME_BITS);
            boolean hasWord = at + 2 * WORD <= end;
            long word = hasWord ? Integer.toUnsignedLong(page.getInt(at + WORD)) : 0;
            int data = at + WORD;
            long length;
            if (type == TIME_EXTENDS) {
                atNanos += (word << TIME_BITS) + delta;
                at += 2 * WORD;
                continue;
            } else if (type == TIME_STAMP) {
                atNanos = (word << TIME_BITS) + delta;
                at += 2 * WORD;
                continue;
            } else if (type == PADDING) {
                if (delta == 0) {
                    return; // The rest of the page.
                }
                at += (int) Math.min(WORD + word, page.limit());
                continue;
            } else if (type == 0) {
                data += WORD;
                length = word - WORD;
            } else {
                length = (long) type * WORD;
            }
            atNanos += delta;
            if (length <= 0 || data + length > end) {
                return;
            }
            events.event(page, data, (int) length, atNanos);
            at = data + (int) ((length + WORD - 1) / WORD * WORD);
        }
    }
}
