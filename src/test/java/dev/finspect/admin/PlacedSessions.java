package dev.finspect.admin;

import dev.finspect.session.ChangedSession;
import dev.finspect.session.CloseRequest;
import dev.finspect.session.LivingSession;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Living sessions that a test puts in, and what the admin server asked of them. */
final class PlacedSessions implements SessionDirectory {
    final List<SessionRecord> living = new CopyOnWriteArrayList<>();
    /** Ids of those that hang. */
    final Set<String> hung = ConcurrentHashMap.newKeySet();
    /** Sessions that have changed, for who follows them. */
    final Queue<ChangedSession> changed = new ConcurrentLinkedQueue<>();
    /** Whether somebody follows the sessions. */
    volatile boolean followed;
    /** Sessions that were to be closed, and how. */
    final List<String> closings = new CopyOnWriteArrayList<>();
    /** Walks that were begun and not ended. */
    final AtomicInteger walks = new AtomicInteger();
    /** Sessions that walks have met. */
    final AtomicInteger met = new AtomicInteger();
    /** Records of living sessions that were asked for. */
    final AtomicInteger records = new AtomicInteger();

    @Override
    public SessionWalk walk(Selection selection) {
        walks.incrementAndGet();
        return new Walk(living.stream()
                .filter(r -> selection.route() == null
                        || selection.route().equals(r.identity().route()))
                .filter(r -> !selection.hung() || hung.contains(r.identity().id()))
                .iterator());
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return CompletableFuture.completedFuture(
                living.stream().filter(r -> r.identity().id().equals(id)).findFirst());
    }

    @Override
    public CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
        return find(id).thenApply(found -> found.map(
                record -> List.of(new PeerProbe(Leg.CLIENT, PeerProbe.Verdict.HOST_ALIVE, 1, "It answered."))));
    }

    @Override
    public void follow(boolean on) {
        followed = on;
    }

    @Override
    public CompletableFuture<List<ChangedSession>> changed(int most, int mostLater) {
        List<ChangedSession> taken = new ArrayList<>();
        while (taken.size() < most && !changed.isEmpty()) {
            taken.add(changed.remove());
        }
        return CompletableFuture.completedFuture(taken);
    }

    @Override
    public CompletableFuture<List<String>> ids(String beginning, int most) {
        return CompletableFuture.completedFuture(living.stream()
                .map(r -> r.identity().id())
                .filter(id -> id.startsWith(beginning))
                .limit(most)
                .toList());
    }

    @Override
    public CompletableFuture<Optional<CloseRequest.Result>> close(String id, CloseRequest how) {
        return find(id).thenApply(found -> found.map(record -> {
            closings.add(id + " " + how.label());
            return hung.contains(id) ? CloseRequest.Result.ENDING_ALREADY : CloseRequest.Result.BEGUN;
        }));
    }

    @Override
    public long livingCount() {
        return living.size();
    }

    /** Counts the sessions that it has met, and whether it was ended. */
    private final class Walk implements SessionWalk {
        private final Iterator<SessionRecord> left;
        private boolean ended;

        Walk(Iterator<SessionRecord> left) {
            this.left = left;
        }

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            List<LivingSession> some = new ArrayList<>();
            while (some.size() < most && left.hasNext()) {
                met.incrementAndGet();
                some.add(new Met(left.next()));
            }
            return CompletableFuture.completedFuture(some);
        }

        @Override
        public synchronized void close() {
            walks.addAndGet(ended ? 0 : -1);
            ended = true;
        }
    }

    /** A session that lives, whose whole record is made on request. */
    private final class Met implements LivingSession {
        private final SessionRecord record;

        Met(SessionRecord record) {
            this.record = record;
        }

        @Override
        public SessionRow row() {
            return SessionRow.of(record);
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> record() {
            records.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.of(record));
        }
    }
}
