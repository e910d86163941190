package dev.finspect.session.kept;

import java.util.ArrayDeque;

/**
 * The rings of all connections, within one bound of memory. What a connection leaves is used again for one that comes: thousands
 * of short connections a second then leave nothing for the garbage collector to move. Any thread.
 */
public final class HeaderRings {
    private static final int MOST_SPARE = 512;

    /** A ring that a long connection has made larger is not used again: most connections are short. */
    private static final int MOST_SPARE_BYTES = 1_024;

    private final HeaderBudget budget;
    private final ArrayDeque<HeaderRing> spare = new ArrayDeque<>();

    /** None yet, whose headers take at most so many bytes together. */
    public HeaderRings(long capacityBytes) {
        budget = new HeaderBudget(capacityBytes);
    }

    /** An empty ring for a connection that comes. */
    public synchronized HeaderRing take() {
        HeaderRing before = spare.pollLast();
        return before == null ? new HeaderRing(budget) : before;
    }

    /** A ring whose headers nobody needs any more; whoever had it must not touch it again. */
    public synchronized void giveBack(HeaderRing ring) {
        if (spare.size() < MOST_SPARE && isShort(ring)) {
            ring.empty();
            spare.addLast(ring);
        } else {
            ring.clear();
        }
    }

    /** Room that a ring does not need is given back, where its connection is over; a short one keeps it for the next. */
    public void settle(HeaderRing ring) {
        if (!isShort(ring)) {
            ring.trim();
        }
    }

    private static boolean isShort(HeaderRing ring) {
        return ring.heldBytes() <= MOST_SPARE_BYTES;
    }
}
