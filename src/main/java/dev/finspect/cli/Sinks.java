package dev.finspect.cli;

import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.SessionTracker;

/** Gives what sessions do to several sinks, in their order. Called on the event loops. */
final class Sinks implements SessionSink {
    private final SessionSink[] sinks;

    Sinks(SessionSink... sinks) {
        this.sinks = sinks.clone();
    }

    @Override
    public void happened(SessionTracker session, SessionEvent event) {
        for (SessionSink sink : sinks) {
            sink.happened(session, event);
        }
    }

    @Override
    public void progressed(SessionRecord record) {
        for (SessionSink sink : sinks) {
            sink.progressed(record);
        }
    }

    @Override
    public void closed(SessionRecord record) {
        for (SessionSink sink : sinks) {
            sink.closed(record);
        }
    }

    @Override
    public void attemptFailed(SessionRecord record) {
        for (SessionSink sink : sinks) {
            sink.attemptFailed(record);
        }
    }

    @Override
    public void attemptsFailedBesides(String route, long count) {
        for (SessionSink sink : sinks) {
            sink.attemptsFailedBesides(route, count);
        }
    }
}
