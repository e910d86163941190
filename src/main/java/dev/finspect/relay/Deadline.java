package dev.finspect.relay;

import org.jspecify.annotations.Nullable;

/** Something with at most one armed deadline in a {@link DeadlineWheel}. Confined to the wheel's loop. */
abstract class Deadline {
    static final long UNARMED = Long.MIN_VALUE;

    long deadlineTick = UNARMED;

    @Nullable
    Deadline previousInSlot;

    @Nullable
    Deadline nextInSlot;

    /** The deadline has passed; it is no longer armed. */
    abstract void expired(long nowNanos);
}
