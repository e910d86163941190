package dev.finspect.relay;

import dev.finspect.session.RecordingErrors;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.watch.WatchedSession;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the events of one session and has the rules examine it. An error in that never disturbs the traffic: it is counted,
 * and some are logged. Confined to the loop, except {@link #accept}.
 */
final class SessionRecorder implements Consumer<LongConsumer> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionRecorder.class);

    private final EventLoop loop;
    private final RecordingErrors errors;
    private final WatchedSession watched;

    SessionRecorder(EventLoop loop, RecordingErrors errors, WatchedSession watched) {
        this.loop = loop;
        this.errors = errors;
        this.watched = watched;
    }

    /** Gives an event to the tracker. */
    void record(SessionEvent event) {
        try {
            watched.happened(event);
        } catch (RuntimeException | LinkageError e) {
            failed("record " + event, e);
        }
    }

    /** Reports what was counted of turns, for the last time where the session ends. */
    void turns(boolean last, long nowNanos) {
        SessionEvent turns = watched.tracker().takeTurns(last, nowNanos);
        if (turns != null) {
            record(turns);
        }
    }

    /** Has the rules examine the session. */
    void examine(long nowNanos) {
        try {
            watched.examine(nowNanos, this);
        } catch (RuntimeException | LinkageError e) {
            failed("be examined", e);
        }
    }

    /** Reports the record so far, if anything in it is new. */
    void progress(long nowNanos) {
        try {
            watched.progress(nowNanos);
        } catch (RuntimeException | LinkageError e) {
            failed("report its progress", e);
        }
    }

    /** Asks for the sockets of both peers; false where there is no answer to wait for. */
    boolean askPeers(long nowNanos) {
        try {
            return watched.askPeers(nowNanos, this);
        } catch (RuntimeException | LinkageError e) {
            failed("ask for its peers' sockets", e);
            return false;
        }
    }

    /** Runs the rest of an examination, which waited for an answer from elsewhere. Any thread. */
    @Override
    public void accept(LongConsumer rest) {
        try {
            loop.execute(() -> {
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

    /** Counts an error in something that only records, and logs some. */
    void failed(String what, Throwable error) {
        long soFar = errors.another();
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
