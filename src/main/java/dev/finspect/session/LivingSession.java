package dev.finspect.session;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A session that lived when a walk came by. Any thread. */
public interface LivingSession {
    /** What was so at that moment. */
    SessionRow row();

    /** Its whole record so far, made now; empty if it has ended since. Completes on the session's event loop. */
    CompletableFuture<Optional<SessionRecord>> record();

    /** The same with what the rules found last, at most about a second ago: they do not look again. */
    default CompletableFuture<Optional<SessionRecord>> latest() {
        return record();
    }
}
