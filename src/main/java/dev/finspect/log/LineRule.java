package dev.finspect.log;

import dev.finspect.session.SessionRecord;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which records have a line in the log.
 *
 * @param only those for which it holds; null for all
 * @param oneIn of the other ends, one in so many has a line, which says so; 0 for none
 */
public record LineRule(@Nullable Predicate<SessionRecord> only, int oneIn) {
    /** Every record has a line. */
    public static final LineRule ALL = new LineRule(null, 0);
}
