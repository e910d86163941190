package dev.finspect.relay;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Listeners that are bound for other routes, and accept nobody yet. Either method is called once. */
public interface ListenerChange {
    /** The addresses that will be listened on, by route name. */
    Map<String, List<InetSocketAddress>> listening();

    /**
     * Makes the change: the new listeners accept, those that stay give their clients to the new routes. Returns when no loop
     * begins sessions of the old routes any more, but those whose listener is not wanted any more.
     *
     * @return the listeners that are not wanted any more; they accept until they are closed
     */
    ListenerSet commit();

    /** Closes what was bound for it. */
    void abandon();
}
