package dev.finspect.session.feed;

/** Encodes rows of the live stream as JSON. Any thread. */
public interface LiveRowEncoder {
    /** One JSON object in UTF-8, without a line end. */
    byte[] encode(LiveRow row);
}
