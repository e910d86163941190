package dev.finspect.session.passive;

import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The living connections of others. Each answer is made by the thread that asks, one session at a time under the lock. Any
 * thread.
 */
final class PassiveDirectory implements SessionDirectory {
    /** Within this time the kernel has listed the sockets of this host. */
    private static final long ANSWERS_WITHIN_MILLIS = 700;

    /** Of how many sessions the sockets are asked for at once. */
    private static final int MOST_ASKED = 100;

    private final PassiveConnections connections;

    PassiveDirectory(PassiveConnections connections) {
        this.connections = connections;
    }

    @Override
    public SessionWalk walk(Selection selection) {
        String route = selection.route();
        boolean meant = route == null || route.equals(connections.counters().route());
        Iterator<PassiveSession> sessions = (meant ? connections.all() : List.<PassiveSession>of()).iterator();
        return new Walk(sessions, selection.hung());
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return CompletableFuture.completedFuture(
                connections.sought(id).flatMap(session -> of(session, session::record)));
    }

    private <T> Optional<T> of(PassiveSession session, LongFunction<T> make) {
        return connections.of(session, nowNanos -> Optional.of(make.apply(nowNanos)));
    }

    @Override
    public CompletableFuture<Void> askPeers(@Nullable String id) {
        List<PassiveSession> asked = id == null
                ? connections.all().stream().limit(MOST_ASKED).toList()
                : connections.sought(id).stream().toList();
        return CompletableFuture.allOf(asked.stream().map(connections::ask).toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(null, ANSWERS_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<List<String>> ids(String beginning, int most) {
        String start = beginning.toUpperCase(Locale.ROOT);
        return CompletableFuture.completedFuture(connections.all().stream()
                .map(each -> each.identity().id())
                .filter(id -> id.startsWith(start))
                .limit(most)
                .toList());
    }

    @Override
    public CompletableFuture<List<ChangedSession>> changed(int most, int mostLater) {
        List<ChangedSession> taken = new ArrayList<>();
        for (Change.Urgency urgency : Change.Urgency.values()) {
            int left = urgency == Change.Urgency.LATER ? Math.min(most - taken.size(), mostLater) : most - taken.size();
            for (PassiveSession session : connections.all()) {
                if (left <= 0) {
                    break;
                }
                Optional<ChangedSession> changed = connections.of(
                        session,
                        now -> session.urgency() != urgency
                                ? Optional.empty()
                                : Optional.of(new ChangedSession(session.latest(now), session.takeChanges(now))));
                changed.ifPresent(taken::add);
                left -= changed.isPresent() ? 1 : 0;
            }
        }
        return CompletableFuture.completedFuture(taken);
    }

    @Override
    public long livingCount() {
        return connections.counters().activeSessions.sum();
    }

    /** Meets the sessions that lived when it began. */
    private final class Walk implements SessionWalk {
        private final Iterator<PassiveSession> sessions;
        private final boolean hung;

        Walk(Iterator<PassiveSession> sessions, boolean hung) {
            this.sessions = sessions;
            this.hung = hung;
        }

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            List<LivingSession> some = new ArrayList<>();
            while (some.size() < most && sessions.hasNext()) {
                PassiveSession session = sessions.next();
                Optional<SessionRow> row = connections.of(
                        session, now -> hung && !session.hangs() ? Optional.empty() : Optional.of(session.row(now)));
                row.ifPresent(each -> some.add(new Met(session, each)));
            }
            return CompletableFuture.completedFuture(some);
        }

        @Override
        public void close() {
            // Nothing to release.
        }
    }

    /** One that a walk has met. */
    private final class Met implements LivingSession {
        private final PassiveSession session;
        private final SessionRow row;

        Met(PassiveSession session, SessionRow row) {
            this.session = session;
            this.row = row;
        }

        @Override
        public SessionRow row() {
            return row;
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> record() {
            return CompletableFuture.completedFuture(of(session, session::record));
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> latest() {
            return CompletableFuture.completedFuture(of(session, session::latest));
        }
    }
}
