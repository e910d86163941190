package dev.finspect.cli.run;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A directory in which no session lives. */
enum NoSessions implements SessionDirectory {
    INSTANCE;

    @Override
    public SessionWalk walk(Selection selection) {
        return NoWalk.INSTANCE;
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public long livingCount() {
        return 0;
    }

    /** Meets nobody. */
    private enum NoWalk implements SessionWalk {
        INSTANCE;

        @Override
        public CompletableFuture<List<LivingSession>> next(int most) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void close() {
            // Nothing to release.
        }
    }
}
