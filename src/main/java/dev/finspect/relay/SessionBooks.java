package dev.finspect.relay;

import dev.finspect.session.SessionEvent;
import dev.finspect.session.watch.WatchedSession;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The books of one session, kept so that an error in them never disturbs the bytes: it is counted, told now and then, and
 * that is all. Confined to the loop, but for {@link #accept}.
 */
final class SessionBooks implements Consumer<LongConsumer> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionBooks.class);

    private final LoopSessions loop;
    private final WatchedSession watched;

    SessionBooks(LoopSessions loop, WatchedSession watched) {
        this.loop = loop;
        this.watched = watched;
    }

    /** Tells the tracker. */
    void tell(SessionEvent event) {
        try {
            watched.happened(event);
        } catch (RuntimeException | LinkageError e) {
            failed("record " + event, e);
        }
    }

    /** Lets the rules look. */
    void examine(long nowNanos) {
        try {
            watched.examine(nowNanos, this);
        } catch (RuntimeException | LinkageError e) {
            failed("be examined", e);
        }
    }

    /** What is left to do for the tracker when somebody else has answered it. Any thread. */
    @Override
    public void accept(LongConsumer rest) {
        try {
            loop.eventLoop().execute(() -> {
                try {
                    rest.accept(System.nanoTime());
                } catch (RuntimeException | LinkageError e) {
                    failed("be examined", e);
                }
            });
        } catch (RejectedExecutionException e) {
            // The relay has stopped; the session is over.
        }
    }

    private void failed(String what, Throwable error) {
        long soFar = loop.core().bookErrors().another();
        if (soFar > 0) {
            LOG.error(
                    "session {} could not {}; {} such errors so far",
                    watched.identity().id(),
                    what,
                    soFar,
                    error);
        }
    }
}
