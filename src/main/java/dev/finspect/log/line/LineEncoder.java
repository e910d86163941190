package dev.finspect.log.line;

import dev.finspect.session.SessionRecord;

/** Appends a record as one line, without its end, to a batch. */
public interface LineEncoder {
    void append(SessionRecord record, LineBatch batch);
}
