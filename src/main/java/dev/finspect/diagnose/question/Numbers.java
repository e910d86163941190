package dev.finspect.diagnose.question;

import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/** Numbers that may not be known. Pure. */
public final class Numbers {
    private Numbers() {}

    /** The value of a number, or {@code unknown}. */
    public static long or(@Nullable Fact<Long> number, long unknown) {
        return number == null ? unknown : number.value();
    }

    /** Whether a number is known and above 0. */
    public static boolean positive(@Nullable Fact<Long> number) {
        return number != null && number.value() > 0;
    }
}
