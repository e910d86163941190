package dev.finspect.lifecycle.zeek;

import dev.finspect.lifecycle.ByteRanges;

/**
 * The stream of one endpoint as Zeek's reassembler follows it: how far it is complete, and which gaps Zeek reports. Sequence
 * numbers are relative; the first byte has 1.
 */
final class ZeekReassembly {
    /** Zeek's {@code tcp_max_initial_window}: the most bytes kept before the first acknowledgment. */
    private static final long MOST_UNACKNOWLEDGED = 16_384;
    /** Zeek's {@code tcp_max_above_hole_without_any_acks}. */
    private static final long MOST_ABOVE_HOLE = 16_384;
    /** Zeek's {@code tcp_excessive_data_without_further_acks}. */
    private static final long MOST_KEPT = 10L << 20;

    /** Receives the gaps that Zeek would report. */
    interface GapListener {
        void gap(ZeekEndpoint sender, long bytes);
    }

    private final ZeekEndpoint sender;
    private final GapListener gapListener;
    /** End of the complete part. */
    private long next = 1;
    /** Bytes before this number are no longer kept. */
    private long trimmed = 1;
    /** End of the last byte kept; nothing is kept unless it is greater than {@link #trimmed}. */
    private long keptTo = 1;

    private final ByteRanges islands = new ByteRanges();
    private boolean skipping;
    private boolean ended;

    ZeekReassembly(ZeekEndpoint sender, GapListener gapListener) {
        this.sender = sender;
        this.gapListener = gapListener;
    }

    private boolean keeps() {
        return keptTo > trimmed;
    }

    /** Adds bytes {@code [from, to)}. */
    void data(long from, long to) {
        if (skipping) {
            return;
        }
        long start = from;
        long acknowledged = sender.acknowledgedRelative();
        if (Long.compareUnsigned(start, acknowledged) < 0) {
            if (Long.compareUnsigned(to, acknowledged) <= 0) {
                return;
            }
            start = acknowledged;
        }
        insert(Math.max(start, trimmed), to);
        boolean aboveHole = sender.noDataAcknowledged() && keeps() && keptTo - next > MOST_ABOVE_HOLE;
        if (aboveHole || kept() > MOST_KEPT) {
            islands.clear();
            keptTo = trimmed;
            skipping = true;
        }
    }

    private long kept() {
        return Math.max(0, Math.min(next, keptTo) - trimmed) + (islands.isEmpty() ? 0 : islands.bytes());
    }

    private void insert(long from, long to) {
        if (to <= trimmed) {
            return;
        }
        keptTo = Math.max(keptTo, to);
        long fresh = Math.max(from, next);
        if (fresh >= to) {
            return;
        }
        if (islands.isEmpty() && fresh == next) {
            next = to;
        } else {
            islands.add(fresh, to);
            if (islands.start(0) > next) {
                return;
            }
            next = islands.removeFirst();
        }
        if (sender.noDataAcknowledged() && sender.bytes(ZeekState.ESTABLISHED) > MOST_UNACKNOWLEDGED) {
            trimmed = Math.max(trimmed, next);
        }
    }

    /** Processes a relative acknowledgment number; returns whether it advances beyond earlier ones. */
    boolean acknowledged(long acknowledgment, boolean partial) {
        long seq = sender.finSeen && Long.compareUnsigned(acknowledgment, sender.finEnd) >= 0
                ? sender.finEnd - 1
                : acknowledgment;
        if (Long.compareUnsigned(seq, trimmed) <= 0) {
            return false;
        }
        if (seq > next && !(seq <= 2 && partial)) {
            undelivered(seq);
        }
        if (!islands.isEmpty() && islands.start(0) == next) {
            next = islands.removeFirst();
        }
        trimmed = seq;
        return true;
    }

    private void undelivered(long upTo) {
        while (!skipping && !islands.isEmpty() && islands.start(0) < upTo) {
            gapListener.gap(sender, islands.start(0) - next);
            next = islands.removeFirst();
        }
        if (upTo > next) {
            if (!skipping) {
                gapListener.gap(sender, upTo - next);
            }
            next = upTo;
        }
    }

    /** Whether bytes before the end are still missing, so that the close is deferred. */
    boolean pending(ZeekReassembly other) {
        long delivered = sender.start() + next;
        long last = sender.fullLast();
        if (skipping || last < delivered) {
            return false;
        }
        boolean whole = delivered == last - 1 || delivered == last;
        return !whole || (sender.state != ZeekState.RESET && other.keeps());
    }

    /** Whether the stream has just ended; true once. */
    boolean ends(ZeekReassembly other) {
        boolean closing = sender.finSeen || sender.state == ZeekState.CLOSED || sender.state == ZeekState.RESET;
        if (ended || !closing || pending(other)) {
            return false;
        }
        ended = true;
        return true;
    }
}
