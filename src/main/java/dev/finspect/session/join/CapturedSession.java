package dev.finspect.session.join;

import dev.finspect.session.EndedSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session whose connections the capture follows, and its end while the end waits. Confined to the capture's thread. */
final class CapturedSession {
    private final List<WireLeg> legs = new ArrayList<>(2);
    private @Nullable PendingEnd end;

    /** The end of a session: not reported yet, or reported before its turn. */
    static final class PendingEnd {
        final EndedSession session;
        boolean reported;

        PendingEnd(EndedSession session) {
            this.session = session;
        }
    }

    /** Adds a connection of the session. */
    void add(WireLeg leg) {
        legs.add(leg);
        leg.capturedSession = this;
    }

    List<WireLeg> legs() {
        return legs;
    }

    /** Records that its sockets are closed. */
    void ended(PendingEnd pending) {
        end = pending;
    }

    /** Its end if each of its connections has finished, so that no further segment is expected; otherwise null. */
    @Nullable
    PendingEnd finished() {
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
