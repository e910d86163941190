package dev.finspect.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where others ask for the sessions that live now. Any thread; answers come from the event loops. */
public interface SessionDirectory {
    /** Records so far of at most {@code limit} living sessions, oldest first in each loop. */
    CompletableFuture<List<SessionRecord>> living(int limit);

    /** The record so far of one living session. */
    CompletableFuture<Optional<SessionRecord>> find(String id);

    /** How many sessions live now. */
    long livingCount();
}
