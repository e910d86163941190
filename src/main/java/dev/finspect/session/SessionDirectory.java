package dev.finspect.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives access to the living sessions. Any thread; answers come from the event loops, which work on them in short slices, so
 * that no session waits for a question about the others. A future completes on an event loop, where nothing that takes long
 * may follow.
 */
public interface SessionDirectory {
    /**
     * Which sessions are meant.
     *
     * @param route null for all routes
     * @param hung only those in which something hangs and a party is to blame, as far as the rules looked
     */
    record Selection(@Nullable String route, boolean hung) {
        /** Every session. */
        public static final Selection ALL = new Selection(null, false);
    }

    /** Walks through the sessions, oldest first in each loop. */
    SessionWalk walk(Selection selection);

    /** The record so far of one living session. */
    CompletableFuture<Optional<SessionRecord>> find(String id);

    /** Records so far of the first {@code limit} sessions, which must be few: all are held at once. */
    default CompletableFuture<List<SessionRecord>> first(int limit, Selection selection) {
        SessionWalk walk = walk(selection);
        return walk.next(limit).thenCompose(SessionDirectory::records).whenComplete((records, failure) -> walk.close());
    }

    private static CompletableFuture<List<SessionRecord>> records(List<LivingSession> sessions) {
        List<CompletableFuture<Optional<SessionRecord>>> asked =
                sessions.stream().map(LivingSession::record).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    List<SessionRecord> records = new ArrayList<>();
                    asked.forEach(each -> each.join().ifPresent(records::add));
                    return records;
                });
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

    /** The ids of living sessions that begin like this, in any case; at most {@code most}, and of each loop only as many. */
    default CompletableFuture<List<String>> ids(String beginning, int most) {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * Ends a living session as an operator asked: recorded as finspect's own act.
     *
     * @return empty where no such session lives
     */
    default CompletableFuture<Optional<CloseRequest.Result>> close(String id, CloseRequest how) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Begins or ends to note which living sessions change; for one who follows them. */
    default void follow(boolean on) {}

    /**
     * The living sessions that have changed since they were last taken, those first whose change is most urgent.
     *
     * @param most how many at most
     * @param mostLater how many of these at most for changes of the urgency {@link Change.Urgency#LATER}
     */
    default CompletableFuture<List<ChangedSession>> changed(int most, int mostLater) {
        return CompletableFuture.completedFuture(List.of());
    }

    /** How many sessions live now. */
    long livingCount();
}
