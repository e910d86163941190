package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Other settings of a running relay, ready to be put in force. Either {@link #commit} or {@link #abandon} follows. */
public interface RelayChange {
    /** The addresses that will be listened on, by route name. */
    Map<String, List<InetSocketAddress>> listening();

    /**
     * Puts the settings in force. Listeners that stay are not closed, and sessions that live go on as they began; those that
     * begin after this has returned follow the new settings. Listeners that are not wanted any more refuse new clients, and
     * close once those that are connecting have been accepted.
     *
     * @return false if the relay has begun to drain meanwhile; nothing has changed then
     */
    boolean commit();

    /** Leaves everything as it is. */
    void abandon();
}
