package dev.finspect.log.line;

import dev.finspect.session.SessionRecord;

/** Encodes a record as one line, without the line feed. */
public interface LineEncoder {
    void append(SessionRecord record, LineBatch batch);
}
