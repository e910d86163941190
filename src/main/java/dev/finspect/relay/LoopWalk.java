package dev.finspect.relay;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionRow;
import dev.finspect.session.SessionWalk;
import dev.finspect.session.watch.WatchedSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A walk through the sessions of one loop after the other. Sessions that began after the walk are left out. */
final class LoopWalk implements SessionWalk {
    private final List<LoopSessions> loops;
    private final Selection selection;
    private final long beganAtNanos = System.nanoTime();
    private int current;
    private LoopSessions.@Nullable Place place;

    LoopWalk(List<LoopSessions> loops, Selection selection) {
        this.loops = loops;
        this.selection = selection;
    }

    @Override
    public CompletableFuture<List<LivingSession>> next(int most) {
        return fill(new ArrayList<>(Math.min(most, 64)), most);
    }

    private CompletableFuture<List<LivingSession>> fill(List<LivingSession> found, int most) {
        if (current >= loops.size()) {
            return CompletableFuture.completedFuture(found);
        }
        LoopSessions loop = loops.get(current);
        return loop.slices()
                .run(() -> step(loop, found, most))
                .exceptionally(
                        failure -> LoopDirectory.<Boolean>stopped(failure).orElse(true))
                .thenCompose(loopEnded -> {
                    if (!loopEnded) {
                        return CompletableFuture.completedFuture(found);
                    }
                    place = null;
                    current++;
                    return fill(found, most);
                });
    }

    /** Visits a session; whether the loop has no more, or null where neither is the end reached nor enough found. */
    private @Nullable Boolean step(LoopSessions loop, List<LivingSession> found, int most) {
        LoopSessions.Place at = place;
        if (at == null) {
            at = loop.enter();
            place = at;
        }
        RelaySession session = at.next();
        if (session == null || session.watched().identity().startNanos() - beganAtNanos > 0) {
            at.leave();
            return true;
        }
        if (isMeant(session)) {
            found.add(new Met(loop, session, session.watched().row(System.nanoTime())));
        }
        return found.size() >= most ? (Boolean) false : null;
    }

    private boolean isMeant(RelaySession session) {
        String route = selection.route();
        return (route == null || route.equals(session.watched().identity().route()))
                && (!selection.hung() || session.watched().hangs());
    }

    @Override
    public void close() {
        LoopSessions.Place left = place;
        place = null;
        if (left != null && current < loops.size()) {
            try {
                loops.get(current).eventLoop().execute(left::leave);
            } catch (RejectedExecutionException e) {
                // The relay has stopped.
            }
        }
        current = loops.size();
    }

    private record Met(LoopSessions loop, RelaySession session, SessionRow row) implements LivingSession {
        @Override
        public CompletableFuture<Optional<SessionRecord>> record() {
            return made(WatchedSession::record);
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> latest() {
            return made(WatchedSession::latest);
        }

        private CompletableFuture<Optional<SessionRecord>> made(Making making) {
            WatchedSession watched = session.watched();
            return loop.slices()
                    .run(() -> watched.tracker().ended()
                            ? Optional.<SessionRecord>empty()
                            : Optional.of(making.at(watched, System.nanoTime())))
                    .exceptionally(LoopDirectory::stopped);
        }
    }

    /** Makes a record. */
    @FunctionalInterface
    private interface Making {
        SessionRecord at(WatchedSession session, long nowNanos);
    }
}
