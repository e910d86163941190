package dev.finspect.cli.run;

import dev.finspect.session.EndedSession;
import dev.finspect.session.OmittedLines;
import dev.finspect.session.RecordingErrors;
import dev.finspect.session.SessionCaptures;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes session events on to several sinks, in order. If one fails, the error is logged and counted, and the others are
 * still called. Called on the event loops and on the capture thread.
 */
final class Sinks implements SessionSink {
    private static final Logger LOG = LoggerFactory.getLogger(Sinks.class);

    private final SessionSink[] sinks;
    private final RecordingErrors errors = new RecordingErrors();

    Sinks(SessionSink... sinks) {
        this.sinks = sinks.clone();
    }

    /** How many calls of a sink failed, or records could not be made. Any thread. */
    long errors() {
        return errors.count();
    }

    @Override
    public void opened(SessionIdentity identity, SessionCaptures captures) {
        each(sink -> sink.opened(identity, captures));
    }

    @Override
    public void happened(SessionIdentity identity, SessionEvent event) {
        for (SessionSink sink : sinks) {
            try {
                sink.happened(identity, event);
            } catch (RuntimeException | LinkageError e) {
                failed(sink, e);
            }
        }
    }

    @Override
    public void over(EndedSession session) {
        each(sink -> sink.over(session));
    }

    @Override
    public void progressed(SessionRecord record) {
        each(sink -> sink.progressed(record));
    }

    @Override
    public void merged(SessionRecord record) {
        each(sink -> sink.merged(record));
    }

    @Override
    public void omitted(OmittedLines lines) {
        each(sink -> sink.omitted(lines));
    }

    @Override
    public void ended(EndedSession session) {
        SessionRecord record;
        try {
            record = session.closedRecord();
        } catch (RuntimeException | LinkageError e) {
            failed("cannot make a record of session " + session.identity().id(), e);
            return;
        }
        closed(record);
    }

    @Override
    public void closed(SessionRecord record) {
        each(sink -> sink.closed(record));
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        each(sink -> sink.attemptFailed(record));
    }

    @Override
    public void attemptsFailedBesides(String route, long count) {
        each(sink -> sink.attemptsFailedBesides(route, count));
    }

    private void each(Consumer<SessionSink> call) {
        for (SessionSink sink : sinks) {
            try {
                call.accept(sink);
            } catch (RuntimeException | LinkageError e) {
                failed(sink, e);
            }
        }
    }

    private void failed(SessionSink sink, Throwable error) {
        failed(sink.getClass().getSimpleName() + " failed on a session's event", error);
    }

    private void failed(String what, Throwable error) {
        long soFar = errors.another();
        if (soFar > 0) {
            LOG.error("{}; {} such errors so far", what, soFar, error);
        }
    }
}
