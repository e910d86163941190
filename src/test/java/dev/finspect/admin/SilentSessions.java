package dev.finspect.admin;

import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes questions and never answers. */
final class SilentSessions implements SessionDirectory {
    @Override
    public SessionWalk walk(Selection selection) {
        return new SessionWalk() {
            @Override
            public CompletableFuture<List<LivingSession>> next(int most) {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {
                // Nothing to release.
            }
        };
    }

    @Override
    public CompletableFuture<Optional<SessionRecord>> find(String id) {
        return new CompletableFuture<>();
    }

    @Override
    public long livingCount() {
        return 0;
    }
}
