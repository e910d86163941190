package dev.finspect.session;

import java.util.List;

/** Turns records into the JSON that the log writes, so that the API serves the very same. Any thread. */
public interface RecordEncoder {
    /** One JSON object in UTF-8, without a line end. */
    byte[] encode(SessionRecord record);

    /** One JSON array of such objects in UTF-8. */
    byte[] encode(List<SessionRecord> records);
}
