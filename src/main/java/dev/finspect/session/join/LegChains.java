package dev.finspect.session.join;

import dev.finspect.tcp.FourTuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections with the same key, each linked with the next older one. No further object is needed for a connection. Confined
 * to the capture's thread.
 */
final class LegChains {
    private final Map<FourTuple, WireLeg> newest = new HashMap<>();
    private final Link link;

    LegChains(Link link) {
        this.link = link;
    }

    /** What is alike, and the place of the link in a connection. */
    interface Link {
        FourTuple key(WireLeg leg);

        @Nullable
        WireLeg elder(WireLeg leg);

        void elder(WireLeg leg, @Nullable WireLeg elder);
    }

    /** The newest one of this kind; the others follow by the link. */
    @Nullable
    WireLeg newest(FourTuple key) {
        return newest.get(key);
    }

    /** The newest ones of all kinds. */
    Collection<WireLeg> newest() {
        return newest.values();
    }

    void add(WireLeg leg) {
        link.elder(leg, newest.put(link.key(leg), leg));
    }

    /** Takes one out; false when it is not there. */
    boolean remove(WireLeg leg) {
        FourTuple key = link.key(leg);
        WireLeg elder = link.elder(leg);
        WireLeg head = newest.get(key);
        if (head == leg) {
            if (elder == null) {
                newest.remove(key);
            } else {
                newest.put(key, elder);
            }
            return true;
        }
        for (WireLeg at = head; at != null; at = link.elder(at)) {
            if (link.elder(at) == leg) {
                link.elder(at, elder);
                return true;
            }
        }
        return false;
    }

    void clear() {
        newest.clear();
    }
}
