package dev.finspect.relay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hashed wheel of deadlines that its loop turns every {@link #TICK_NANOS}: arming and disarming cost a few stores, so that
 * every connect may have a time-out. A deadline expires up to one tick late, never early. Confined to its loop.
 */
final class DeadlineWheel {
    /** Ten milliseconds. */
    static final long TICK_NANOS = 10_000_000;

    private static final int SLOTS = 512;

    private final @Nullable Deadline[] slots = new @Nullable Deadline[SLOTS];
    private final List<Deadline> due = new ArrayList<>();
    private final long originNanos;
    private long turnedTick;

    DeadlineWheel(long nowNanos) {
        originNanos = nowNanos;
    }

    /** Arms, or arms anew, for {@code atNanos} of the monotonic clock. */
    void arm(Deadline deadline, long atNanos) {
        disarm(deadline);
        long tick = Math.max((atNanos - originNanos + TICK_NANOS - 1) / TICK_NANOS, turnedTick + 1);
        int slot = (int) (tick & (SLOTS - 1));
        Deadline first = slots[slot];
        deadline.deadlineTick = tick;
        deadline.previousInSlot = null;
        deadline.nextInSlot = first;
        if (first != null) {
            first.previousInSlot = deadline;
        }
        slots[slot] = deadline;
    }

    /** Forgets it, if it is armed. */
    void disarm(Deadline deadline) {
        if (deadline.deadlineTick == Deadline.UNARMED) {
            return;
        }
        Deadline previous = deadline.previousInSlot;
        Deadline next = deadline.nextInSlot;
        if (previous == null) {
            slots[(int) (deadline.deadlineTick & (SLOTS - 1))] = next;
        } else {
            previous.nextInSlot = next;
        }
        if (next != null) {
            next.previousInSlot = previous;
        }
        deadline.previousInSlot = null;
        deadline.nextInSlot = null;
        deadline.deadlineTick = Deadline.UNARMED;
    }

    /** Turns the wheel to {@code nowNanos} and expires every deadline that has passed. */
    void turn(long nowNanos) {
        long nowTick = (nowNanos - originNanos) / TICK_NANOS;
        for (long tick = Math.max(turnedTick + 1, nowTick - SLOTS + 1); tick <= nowTick; tick++) {
            for (Deadline d = slots[(int) (tick & (SLOTS - 1))]; d != null; d = d.nextInSlot) {
                if (d.deadlineTick <= nowTick) {
                    due.add(d);
                }
            }
        }
        turnedTick = Math.max(turnedTick, nowTick);
        for (int i = 0; i < due.size(); i++) {
            Deadline deadline = due.get(i);
            if (deadline.deadlineTick != Deadline.UNARMED && deadline.deadlineTick <= nowTick) {
                disarm(deadline);
                deadline.expired(nowNanos);
            }
        }
        due.clear();
    }
}
