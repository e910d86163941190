package dev.finspect.metrics;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/**
 * Meters of one family, one for each constant of an enum, made when first needed: those of rare results would only
 * lengthen the page. Any thread.
 *
 * @param <M> the meter's type
 */
final class OnDemand<M> {
    private final AtomicReferenceArray<M> made;
    private final IntFunction<M> maker;

    /**
     * None made yet.
     *
     * @param maker makes the meter of an ordinal; two threads may call it at once, so it must answer both with the same
     */
    OnDemand(int size, IntFunction<M> maker) {
        this.made = new AtomicReferenceArray<>(size);
        this.maker = maker;
    }

    /** The meter of this constant. */
    M of(Enum<?> constant) {
        M meter = made.get(constant.ordinal());
        if (meter == null) {
            meter = maker.apply(constant.ordinal());
            made.set(constant.ordinal(), meter);
        }
        return meter;
    }
}
