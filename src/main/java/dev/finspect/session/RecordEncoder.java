package dev.finspect.session;

/** Turns records into the JSON that the log writes, so that the API serves the very same. Any thread. */
public interface RecordEncoder {
    /** One JSON object in UTF-8, without a line end. */
    byte[] encode(SessionRecord record);

    /** One JSON object likewise, with those members of the record that a row has. */
    byte[] encode(SessionRow row);
}
