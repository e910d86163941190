package dev.finspect.admin.feed;

import dev.finspect.session.LivingSession;
import dev.finspect.session.OrderedWalk;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionDirectory.Selection;
import dev.finspect.session.SessionOrder;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads all living sessions for one stream, the most stuck first, a few at a time. */
final class FeedSnapshot implements AutoCloseable {
    private static final int AT_ONCE = 64;
    private static final int MOST = 100_000;

    private final SessionWalk walk;

    FeedSnapshot(SessionDirectory directory) {
        walk = new OrderedWalk(directory.walk(Selection.ALL), SessionOrder.STUCK, MOST, null);
    }

    /**
     * Some sessions.
     *
     * @param last whether these were the last; the others have ended meanwhile
     */
    record Part(List<SessionRecord> records, boolean last) {}

    /** The next sessions. Completes on an event loop. */
    CompletableFuture<Part> next() {
        return walk.next(AT_ONCE).thenCompose(some -> {
            List<CompletableFuture<Optional<SessionRecord>>> records =
                    some.stream().map(LivingSession::latest).toList();
            return CompletableFuture.allOf(records.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> new Part(
                            records.stream()
                                    .flatMap(each -> each.join().stream())
                                    .toList(),
                            some.isEmpty()));
        });
    }

    @Override
    public void close() {
        walk.close();
    }
}
