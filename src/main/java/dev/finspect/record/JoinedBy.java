package dev.finspect.record;

import org.jspecify.annotations.Nullable;

/**
 * What shows that two captured connections are the legs of one session of another proxy.
 *
 * @param program the name of the process that has both sockets open; null where it was not looked up, and their segments alone
 *     show it
 * @param processId its number; null likewise
 */
public record JoinedBy(@Nullable String program, @Nullable Long processId) {
    /** Their segments alone. */
    public static final JoinedBy SEGMENTS = new JoinedBy(null, null);

    /** The word for JSON. */
    public String label() {
        return processId == null ? "segments" : "process";
    }
}
