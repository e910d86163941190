package dev.finspect.diagnose.question;

import dev.finspect.record.LegRecord;
import dev.finspect.record.SegmentSizes;
import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/** Whether the path of a leg loses large segments, and passes smaller ones. Pure. */
public final class SizeLimit {
    /** The headers of IPv4 and TCP without options: no segment takes less. */
    private static final long LEAST_HEADER_BYTES = 40;

    private SizeLimit() {}

    /**
     * Whether the peer has acknowledged something behind a segment that is sent to it again and again, and all of it came in
     * smaller segments.
     */
    public static boolean passesSmallerOnes(LegRecord leg) {
        Fact<Long> lost = sizes(leg).sentAgain().fact();
        long passed = sizes(leg).sacked().or(0L);
        return lost != null && passed > 0 && passed < lost.value();
    }

    /** Whether a host on the path reported that it takes no packet as large as one that is sent again and again. */
    public static boolean isReported(LegRecord leg) {
        Fact<Long> lost = sizes(leg).sentAgain().fact();
        Fact<Long> mtu = leg.data().path().icmpMtuBytes().fact();
        return lost != null && mtu != null && lost.value() + LEAST_HEADER_BYTES > mtu.value();
    }

    /**
     * Whether bytes of the peer that take at least one full segment are missing, smaller segments of it have come behind them, and
     * no full one ever has.
     */
    public static boolean lacksLargeOnes(LegRecord leg) {
        SegmentSizes sizes = sizes(leg);
        Fact<Long> full = sizes.full().fact();
        long behind = sizes.behindGap().or(0L);
        return full != null
                && behind > 0
                && Math.max(behind, sizes.received().or(Long.MAX_VALUE)) < full.value()
                && sizes.gap().or(0L) >= full.value();
    }

    /** The largest segment that the peer is known to have, of those that are smaller than what it lacks; null where none is known. */
    public static @Nullable Fact<Long> passed(LegRecord leg) {
        Fact<Long> behind = sizes(leg).sacked().fact();
        Fact<Long> before = sizes(leg).acknowledged().fact();
        long lost = sizes(leg).sentAgain().or(0L);
        return before != null && before.value() < lost && (behind == null || before.value() > behind.value())
                ? before
                : behind;
    }

    /** Whether a segment of a size that is lost now has passed before, or may have. */
    public static boolean mayHavePassed(LegRecord leg) {
        return sizes(leg).acknowledged().or(Long.MAX_VALUE)
                >= sizes(leg).sentAgain().or(0L);
    }

    private static SegmentSizes sizes(LegRecord leg) {
        return leg.data().loss().sizes();
    }
}
