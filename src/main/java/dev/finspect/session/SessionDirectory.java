package dev.finspect.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where others ask for the sessions that live now. Any thread; answers come from the event loops. */
public interface SessionDirectory {
    /** Records so far of at most {@code limit} living sessions, oldest first in each loop. */
    default CompletableFuture<List<SessionRecord>> living(int limit) {
        return living(limit, null);
    }

    /** The same of the sessions of one route; null for all routes. */
    CompletableFuture<List<SessionRecord>> living(int limit, @Nullable String route);

    /** The record so far of one living session. */
    CompletableFuture<Optional<SessionRecord>> find(String id);

    /** How many sessions live now. */
    long livingCount();
}
