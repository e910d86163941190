package dev.finspect.session.join;

import dev.finspect.session.EndedSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session whose connections the capture follows, and its end once that waits to be told. Confined to the capture's thread. */
final class Followed {
    private final List<WireLeg> legs = new ArrayList<>(2);
    private @Nullable Waiting end;

    /** An end that is not told yet, or has been told before its turn. */
    static final class Waiting {
        final EndedSession session;
        boolean told;

        Waiting(EndedSession session) {
            this.session = session;
        }
    }

    /** One more connection is its own. */
    void add(WireLeg leg) {
        legs.add(leg);
        leg.followed = this;
    }

    List<WireLeg> legs() {
        return legs;
    }

    /** Its sockets are closed. */
    void ended(Waiting waiting) {
        end = waiting;
    }

    /** Its end, if nothing of it can follow on the wire: on each connection both FINs were acknowledged. */
    @Nullable
    Waiting finished() {
        if (end == null) {
            return null;
        }
        for (WireLeg leg : legs) {
            if (!leg.finished()) {
                return null;
            }
        }
        return end;
    }
}
