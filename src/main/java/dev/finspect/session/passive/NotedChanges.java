package dev.finspect.session.passive;

import dev.finspect.session.Change;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has changed in a session since somebody took it. */
final class NotedChanges {
    private final Set<Change> changes = EnumSet.noneOf(Change.class);

    /** One more. */
    void note(Change change) {
        changes.add(change);
    }

    /** The most urgent; null without any. */
    Change.@Nullable Urgency urgency() {
        Change.Urgency most = null;
        for (Change change : changes) {
            if (most == null || change.urgency().compareTo(most) < 0) {
                most = change.urgency();
            }
        }
        return most;
    }

    /** All since the last call. */
    Set<Change> take() {
        Set<Change> taken = changes.isEmpty() ? Set.of() : EnumSet.copyOf(changes);
        changes.clear();
        return taken;
    }
}
