package dev.finspect.session.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last messages of the live stream, for readers who come back: bounded by bytes and rows. Not for several threads at once. */
public final class RecentMessages {
    private final long mostBytes;
    private final int mostItems;
    private final ArrayDeque<Message> messages = new ArrayDeque<>();
    private long bytes;
    private long items;
    /** The number of the message before the oldest that is kept. */
    private long before;

    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    private record Message(long number, byte[] text, int items) {}

    /** Keeps the last messages that have so many bytes and rows together. */
    public RecentMessages(long mostBytes, int mostItems) {
        this.mostBytes = mostBytes;
        this.mostItems = mostItems;
    }

    /** Forgets all; the next message is {@code before + 1}. */
    public void clear(long last) {
        messages.clear();
        bytes = 0;
        items = 0;
        before = last;
    }

    /** Adds a message; each number follows the one before. */
    public void add(long number, byte[] text, int itemsInIt) {
        messages.add(new Message(number, text, itemsInIt));
        bytes += text.length;
        items += itemsInIt;
        while (bytes > mostBytes || items > mostItems) {
            Message oldest = messages.remove();
            bytes -= oldest.text.length;
            items -= oldest.items;
            before = oldest.number;
        }
    }

    /** The messages after this one; empty if not all of them are kept, or there was never one of this number. */
    public Optional<List<byte[]>> after(long number) {
        Message latest = messages.peekLast();
        if (number < before || number > (latest == null ? before : latest.number)) {
            return Optional.empty();
        }
        List<byte[]> missed = new ArrayList<>();
        for (Message each : messages) {
            if (each.number > number) {
                missed.add(each.text);
            }
        }
        return Optional.of(missed);
    }
}
