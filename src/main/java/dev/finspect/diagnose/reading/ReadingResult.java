package dev.finspect.diagnose.reading;

import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Standing;

/**
 * What the facts say of a reading.
 *
 * @param because the reason for which it is ruled out or rare; of an open one what would decide it, empty where
 *     its kind says that
 * @param atEpochNanos when the fact was so: wall clock, nanoseconds since the Unix epoch, or {@link Evidence#TIMELESS}
 */
public record ReadingResult(Standing standing, String because, long atEpochNanos) {
    private static final ReadingResult OPEN = new ReadingResult(Standing.OPEN, "", Evidence.TIMELESS);

    private static final ReadingResult NONE = new ReadingResult(Standing.RULED_OUT, "none", Evidence.TIMELESS);

    /** It is no other reading here: the finding itself says it, or its party takes no part. */
    public static ReadingResult none() {
        return NONE;
    }

    boolean isNone() {
        return equals(NONE);
    }

    /** It is as good as the finding's own reading. */
    public static ReadingResult open() {
        return OPEN;
    }

    /** The same, and here this would decide it. */
    public static ReadingResult open(String decidedBy) {
        return new ReadingResult(Standing.OPEN, decidedBy, Evidence.TIMELESS);
    }

    /** It happens seldom, for this reason. */
    public static ReadingResult rare(String because) {
        return new ReadingResult(Standing.RARE, because, Evidence.TIMELESS);
    }

    /** A fact excludes it that has no moment of its own. */
    public static ReadingResult ruledOut(String because) {
        return new ReadingResult(Standing.RULED_OUT, because, Evidence.TIMELESS);
    }

    /** A fact of this moment excludes it. */
    public static ReadingResult ruledOut(String because, long atEpochNanos) {
        return new ReadingResult(Standing.RULED_OUT, because, atEpochNanos);
    }
}
