package dev.finspect.session.kept;

import java.util.concurrent.atomic.AtomicLong;

/** The one cap on the memory of all kept headers. Any thread. */
final class HeaderBudget {
    private final long capacityBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    /** None is taken yet of so many bytes. */
    HeaderBudget(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** Takes so many bytes; false when there are not so many left. */
    boolean take(long bytes) {
        if (heldBytes.addAndGet(bytes) <= capacityBytes) {
            return true;
        }
        heldBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        heldBytes.addAndGet(-bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
