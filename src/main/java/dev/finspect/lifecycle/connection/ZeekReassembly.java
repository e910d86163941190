package dev.finspect.lifecycle.connection;

/**
 * How far Zeek would have put together the stream of one endpoint, and which gaps it would report. Relative numbers: the first
 * byte has 1.
 */
final class ZeekReassembly {
    /** Zeek's {@code tcp_max_initial_window}: more than that without any acknowledgment is not kept. */
    private static final long MOST_UNACKNOWLEDGED = 16_384;
    /** Zeek's {@code tcp_max_above_hole_without_any_acks}. */
    private static final long MOST_ABOVE_HOLE = 16_384;
    /** Zeek's {@code tcp_excessive_data_without_further_acks}. */
    private static final long MOST_KEPT = 10L << 20;

    /** Is told of gaps. */
    interface Gaps {
        void gap(ZeekEndpoint sender, long bytes);
    }

    private final ZeekEndpoint sender;
    private final Gaps gaps;
    /** Behind what is put together. */
    private long next = 1;
    /** What is before it is no longer kept. */
    private long trimmed = 1;
    /** Behind the last byte kept; nothing is kept when it is not beyond {@link #trimmed}. */
    private long keptTo = 1;

    private final Ranges islands = new Ranges();
    private boolean skipping;
    private boolean ended;

    ZeekReassembly(ZeekEndpoint sender, Gaps gaps) {
        this.sender = sender;
        this.gaps = gaps;
    }

    private boolean keeps() {
        return keptTo > trimmed;
    }

    /** Takes bytes {@code [from, to)}. */
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

    /** Takes an acknowledgment, relative; answers whether it went further than those before. */
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
            gaps.gap(sender, islands.start(0) - next);
            next = islands.removeFirst();
        }
        if (upTo > next) {
            if (!skipping) {
                gaps.gap(sender, upTo - next);
            }
            next = upTo;
        }
    }

    /** Whether bytes before its end are still awaited, so that its closing has to wait. */
    boolean pending(ZeekReassembly other) {
        long delivered = sender.start() + next;
        long last = sender.fullLast();
        if (skipping || last < delivered) {
            return false;
        }
        boolean whole = delivered == last - 1 || delivered == last;
        return !whole || (sender.state != ZeekState.RESET && other.keeps());
    }

    /** Whether it has just ended: told once. */
    boolean ends(ZeekReassembly other) {
        boolean closing = sender.finSeen || sender.state == ZeekState.CLOSED || sender.state == ZeekState.RESET;
        if (ended || !closing || pending(other)) {
            return false;
        }
        ended = true;
        return true;
    }
}
