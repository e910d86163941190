package dev.finspect.relay;

import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.CloseRequest;
import dev.finspect.session.PeerProbe;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.watch.ChangeQueue;
import dev.finspect.session.watch.WatchedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sessions of all loops, visited on the loops in slices. Any thread. */
final class LoopDirectory implements SessionDirectory {
    /** Within this time the kernel lists the sockets of this host, and each loop has examined them. */
    private static final long ANSWERS_WITHIN_MILLIS = 700;

    /** Of how many sessions of a loop the peers' sockets are asked for at once. */
    private static final int MOST_ASKED = 100;

    private final RelayCore core;
    private final List<LoopSessions> loops;

    LoopDirectory(RelayCore core, List<LoopSessions> loops) {
        this.core = core;
        this.loops = loops;
    }

    @Override
    public SessionWalk walk(Selection selection) {
        return new LoopWalk(loops, selection);
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return search(id, session -> session.watched().record(System.nanoTime()));
    }

    @Override
    public CompletableFuture<Void> askPeers(@Nullable String id) {
        CompletableFuture<Boolean> asked = id == null
                ? all(Asking::new).thenApply(answers -> answers.contains(true))
                : search(id, RelaySession::askPeers).thenApply(found -> found.orElse(false));
        return asked.thenCompose(answers -> answers ? answersIn() : CompletableFuture.completedFuture(null));
    }

    private static CompletableFuture<Void> answersIn() {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(ANSWERS_WITHIN_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Override
    public CompletableFuture<Optional<List<PeerProbe>>> probe(String id) {
        return search(id, RelaySession::probe)
                .thenCompose(found -> found.map(probes -> probes.thenApply(Optional::of))
                        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty())));
    }

    @Override
    public CompletableFuture<List<String>> ids(String beginning, int most) {
        return all(() -> new Beginning(beginning, most))
                .thenApply(found -> found.stream().flatMap(List::stream).toList());
    }

    @Override
    public CompletableFuture<Optional<CloseRequest.Result>> close(String id, CloseRequest how) {
        return search(id, session -> session.end(how));
    }

    /** Looks for ids that begin in the same way. */
    private static final class Beginning implements Visitor<List<String>> {
        private final String beginning;
        private final int most;
        private final List<String> found = new ArrayList<>();

        Beginning(String beginning, int most) {
            this.beginning = beginning;
            this.most = most;
        }

        @Override
        public boolean visit(RelaySession session) {
            String id = session.watched().identity().id();
            if (id.regionMatches(true, 0, beginning, 0, beginning.length())) {
                found.add(id);
            }
            return found.size() >= most;
        }

        @Override
        public List<String> answer() {
            return found;
        }
    }

    @Override
    public void follow(boolean on) {
        for (LoopSessions loop : loops) {
            try {
                loop.eventLoop().execute(() -> loop.changes().follow(on));
            } catch (RejectedExecutionException e) {
                // The relay has stopped.
            }
        }
    }

    @Override
    public CompletableFuture<List<ChangedSession>> changed(int most, int mostLater) {
        List<CompletableFuture<List<ChangedSession>>> taken = loops.stream()
                .map(loop -> {
                    Taking taking = new Taking(loop.changes(), share(most), share(mostLater));
                    return loop.slices()
                            .run(taking)
                            .exceptionally(failure -> LoopDirectory.<List<ChangedSession>>stopped(failure)
                                    .orElse(List.of()));
                })
                .toList();
        return CompletableFuture.allOf(taken.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        taken.stream().flatMap(each -> each.join().stream()).toList());
    }

    /** The share of one loop. */
    private int share(int most) {
        return Math.max(1, most / loops.size());
    }

    /** Takes the changed sessions of one loop, one a step. */
    private static final class Taking implements SlicedWork.Steps<List<ChangedSession>> {
        private final ChangeQueue queue;
        private final int most;
        private int leftLater;
        private final List<ChangedSession> taken = new ArrayList<>();

        Taking(ChangeQueue queue, int most, int mostLater) {
            this.queue = queue;
            this.most = most;
            this.leftLater = mostLater;
        }

        @Override
        public @Nullable List<ChangedSession> step() {
            WatchedSession next = taken.size() < most ? next() : null;
            if (next == null) {
                return taken;
            }
            try {
                taken.add(next.taken(System.nanoTime()));
            } catch (RuntimeException e) {
                // The sweep meets the same error, and logs it; the other sessions go on.
            }
            return null;
        }

        private @Nullable WatchedSession next() {
            WatchedSession next = queue.poll(Change.Urgency.FIRST);
            if (next == null) {
                next = queue.poll(Change.Urgency.SOON);
            }
            if (next == null && leftLater > 0) {
                leftLater--;
                next = queue.poll(Change.Urgency.LATER);
            }
            return next;
        }
    }

    @Override
    public long livingCount() {
        return core.livingCount();
    }

    /** What {@code answer}, on its loop, says of the session of this id. */
    private <T> CompletableFuture<Optional<T>> search(String id, Function<RelaySession, T> answer) {
        return all(() -> new Search<>(id, answer))
                .thenApply(found -> found.stream().flatMap(Optional::stream).findFirst());
    }

    /** The answers of all loops, each of which has a visitor of its own; a loop that has stopped has none. */
    private <T> CompletableFuture<List<T>> all(Supplier<Visitor<T>> visitors) {
        List<CompletableFuture<Optional<T>>> answers = loops.stream()
                .map(loop -> loop.slices()
                        .run(new Visit<>(loop, visitors.get()))
                        .thenApply(Optional::of)
                        .exceptionally(LoopDirectory::stopped))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream()
                        .flatMap(answer -> answer.join().stream())
                        .toList());
    }

    /** Nothing where the loop has stopped: no session lives on it. */
    static <T> Optional<T> stopped(Throwable failure) {
        if (failure instanceof RejectedExecutionException || failure.getCause() instanceof RejectedExecutionException) {
            return Optional.empty();
        }
        throw new IllegalStateException("the sessions of a loop could not be visited", failure);
    }

    /** Is shown one session after the other. */
    private interface Visitor<T> {
        /** Whether it has seen enough. */
        boolean visit(RelaySession session);

        /** The answer when it has seen enough, or all. */
        T answer();
    }

    private static final class Visit<T> implements SlicedWork.Steps<T> {
        private final LoopSessions loop;
        private final Visitor<T> visitor;
        private LoopSessions.@Nullable Place place;

        Visit(LoopSessions loop, Visitor<T> visitor) {
            this.loop = loop;
            this.visitor = visitor;
        }

        @Override
        public @Nullable T step() {
            LoopSessions.Place at = place;
            if (at == null) {
                at = loop.enter();
                place = at;
            }
            RelaySession session = at.next();
            boolean enough = true;
            try {
                enough = session == null || visitor.visit(session);
            } finally {
                if (enough) {
                    at.leave();
                }
            }
            return enough ? visitor.answer() : null;
        }
    }

    private static final class Search<T> implements Visitor<Optional<T>> {
        private final String id;
        private final Function<RelaySession, T> ask;
        private Optional<T> answer = Optional.empty();

        Search(String id, Function<RelaySession, T> ask) {
            this.id = id;
            this.ask = ask;
        }

        @Override
        public boolean visit(RelaySession session) {
            if (!session.watched().identity().id().equals(id)) {
                return false;
            }
            answer = Optional.of(ask.apply(session));
            return true;
        }

        @Override
        public Optional<T> answer() {
            return answer;
        }
    }

    /** Asks for the sockets of the peers of the oldest sessions; whether answers will come. */
    private static final class Asking implements Visitor<Boolean> {
        private int asked;
        private boolean answers;

        @Override
        public boolean visit(RelaySession session) {
            answers |= session.askPeers();
            return ++asked >= MOST_ASKED;
        }

        @Override
        public Boolean answer() {
            return answers;
        }
    }
}
