package dev.finspect.diagnose.question;

import dev.finspect.tcp.Observation;

/** Numbers that may not be known. Pure. */
public final class Numbers {
    private Numbers() {}

    /** Whether a number is known and above 0. */
    public static boolean positive(Observation<Long> number) {
        return number.or(0L) > 0;
    }
}
