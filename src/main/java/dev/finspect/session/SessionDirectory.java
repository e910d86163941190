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

    /** Records so far of at most {@code limit} sessions in which something hangs and somebody is to blame. */
    default CompletableFuture<List<SessionRecord>> hung(int limit) {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * Asks the hosts of both peers of a living session for a sign of life; the session stays as it is. Takes some seconds.
     *
     * @return one answer a leg; empty where no such session lives
     */
    default CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** How many sessions live now. */
    long livingCount();
}
