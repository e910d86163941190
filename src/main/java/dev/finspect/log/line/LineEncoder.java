package dev.finspect.log.line;

import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionRecord;

/** Encodes what the log receives as lines, without the line feed. */
public interface LineEncoder {
    /** One record. {@code sampledOneIn} is for how many sessions it stands. */
    void append(SessionRecord record, int sampledOneIn, LineBatch batch);

    /** The one line that stands for many that were left out. */
    void append(OmittedLines lines, LineBatch batch);

    /** Whether the lines are for programs, which want every line about a living session. */
    default boolean forPrograms() {
        return false;
    }

    /** Most ids that one line about many sessions may have. */
    default int mostIds() {
        return Integer.MAX_VALUE;
    }
}
