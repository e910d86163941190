package dev.finspect.wire.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A row of netlink attributes within a datagram: each a length of 16 bits, a type, and content that is filled up to four bytes.
 *
 * @param bytes the datagram, in the machine's byte order; never changed
 * @param begin where the first begins
 * @param end where the last ends
 */
public record AttributeList(ByteBuffer bytes, int begin, int end) {
    private static final int HEADER = 4;
    private static final int TYPE = 0x3fff;

    /** The content of the first attribute of this type; null without one. What is cut off counts as missing. */
    public @Nullable AttributeList inner(int type) {
        int at = begin;
        while (end - at >= HEADER) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            if (length < HEADER || length > end - at) {
                return null;
            }
            if ((bytes.getShort(at + 2) & TYPE) == type) {
                return new AttributeList(bytes, at + HEADER, at + length);
            }
            at += (length + 3) & ~3;
        }
        return null;
    }

    /** The unsigned number of one to four bytes, most significant first, in that attribute; -1 without one of that size. */
    public long number(int type, int size) {
        AttributeList content = inner(type);
        if (content == null || content.end - content.begin < size) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < size; i++) {
            number = number << Byte.SIZE | Byte.toUnsignedInt(bytes.get(content.begin + i));
        }
        return number;
    }

    /** The eight bytes at this offset of the content, most significant first. */
    public long half(int offset) {
        return bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(begin + offset);
    }

    /** How long it is, in bytes. */
    public int length() {
        return end - begin;
    }

    /** The unsigned number of 32 bits in the machine's byte order at this offset; -1 where it does not reach that far. */
    public long intAt(int offset) {
        return length() < offset + Integer.BYTES ? -1 : Integer.toUnsignedLong(bytes.getInt(begin + offset));
    }

    /** The same with 64 bits. */
    public long longAt(int offset) {
        return length() < offset + Long.BYTES ? -1 : bytes.getLong(begin + offset);
    }

    /** All of it, to read. */
    public ByteBuffer content() {
        return bytes.duplicate().limit(end).position(begin).slice();
    }
}
