package dev.finspect.log.line;

import dev.finspect.session.OmittedLines;
import dev.finspect.session.SessionRecord;

/** Encodes what the log receives as lines, without the line feed. */
public interface LineEncoder {
    /** One record. */
    void append(SessionRecord record, LineBatch batch);

    /** The one line that stands for many that were left out. */
    void append(OmittedLines lines, LineBatch batch);
}
