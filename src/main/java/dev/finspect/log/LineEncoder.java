package dev.finspect.log;

import dev.finspect.session.SessionRecord;

/** Appends a record as one line, without its end, to a batch. */
interface LineEncoder {
    void append(SessionRecord record, LineBatch batch);
}
