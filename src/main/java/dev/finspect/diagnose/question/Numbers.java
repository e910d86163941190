package dev.finspect.diagnose.question;

import dev.finspect.tcp.Observation;

/** Numbers that may not be known. Pure. */
public final class Numbers {
    private Numbers() {}

    /** The value of a number, or {@code unknown}. */
    public static long or(Observation<Long> number, long unknown) {
        return number.or(unknown);
    }

    /** Whether a number is known and above 0. */
    public static boolean positive(Observation<Long> number) {
        return number.or(0L) > 0;
    }
}
