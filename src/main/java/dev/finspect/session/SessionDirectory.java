package dev.finspect.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gives access to the living sessions. Any thread; answers come from the event loops. */
public interface SessionDirectory {
    /** Records so far of at most {@code limit} living sessions, oldest first in each loop. */
    default CompletableFuture<List<SessionRecord>> living(int limit) {
        return living(limit, null);
    }

    /** The same of the sessions of one route; null for all routes. */
    CompletableFuture<List<SessionRecord>> living(int limit, @Nullable String route);

    /** The record so far of one living session. */
    CompletableFuture<Optional<SessionRecord>> find(String id);

    /** Records so far of at most {@code limit} sessions in which something hangs and a party is to blame. */
    default CompletableFuture<List<SessionRecord>> hung(int limit) {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * Looks up the sockets of the peers on this host, so that records made afterwards show them.
     *
     * @param id of one living session; null for those that live longest
     * @return completes when the answers are in, within a second
     */
    default CompletableFuture<Void> askPeers(@Nullable String id) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Probes the hosts of both peers of a living session, without a change to the session. Takes some seconds.
     *
     * @return one answer a leg; empty where no such session lives
     */
    default CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** How many sessions live now. */
    long livingCount();
}
