package dev.finspect.admin;

import java.time.Duration;
import java.util.Optional;

/** What of the running process the admin server can show and change. Any thread. */
public interface Operation {
    /** The version of finspect. */
    String version();

    /**
     * Begins to end finspect, as a first SIGTERM does.
     *
     * @param patience how long living sessions may go on; empty for the configured time
     * @return how long they may
     */
    Duration drain(Optional<Duration> patience);
}
