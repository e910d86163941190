package dev.finspect.session;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A session that lived when a walk came by. Any thread. */
public interface LivingSession {
    /** What was so at that moment. */
    SessionRow row();

    /** Its whole record so far, made now; empty if it has ended since. Completes on the session's event loop. */
    CompletableFuture<Optional<SessionRecord>> record();
}
