package dev.finspect.session.join;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The headers of a leg's first and of its last segments: the handshake is what most questions begin with, the end is where
 * the answers lie. Not thread-safe.
 */
final class HeaderRing {
    /** So many first ones are never pushed out. */
    static final int FIRST = 8;

    /** So many are kept at most behind those. */
    static final int LAST = 56;

    private final HeaderBudget budget;
    private final List<KeptSegment> first = new ArrayList<>(4);
    private final Deque<KeptSegment> last = new ArrayDeque<>(4);
    private long heldBytes;
    private long omitted;

    HeaderRing(HeaderBudget budget) {
        this.budget = budget;
    }

    /** Keeps a segment, if need be in the place of the oldest that may go. */
    void add(KeptSegment segment) {
        if (last.size() == LAST) {
            dropOldest();
        }
        while (!budget.take(segment.estimateBytes())) {
            if (last.isEmpty()) {
                omitted++;
                return;
            }
            dropOldest();
        }
        heldBytes += segment.estimateBytes();
        if (first.size() < FIRST) {
            first.add(segment);
        } else {
            last.add(segment);
        }
    }

    /** What is kept, in order. */
    List<KeptSegment> segments() {
        List<KeptSegment> all = new ArrayList<>(first.size() + last.size());
        all.addAll(first);
        all.addAll(last);
        return all;
    }

    /** How many segments are not kept. */
    long omitted() {
        return omitted;
    }

    /** Memory that is taken from the budget. */
    long heldBytes() {
        return heldBytes;
    }

    /** Forgets all and gives the memory back. */
    void clear() {
        omitted += first.size() + last.size();
        first.clear();
        last.clear();
        budget.giveBack(heldBytes);
        heldBytes = 0;
    }

    private void dropOldest() {
        KeptSegment oldest = last.removeFirst();
        omitted++;
        heldBytes -= oldest.estimateBytes();
        budget.giveBack(oldest.estimateBytes());
    }
}
