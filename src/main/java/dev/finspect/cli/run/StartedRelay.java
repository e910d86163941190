package dev.finspect.cli.run;

import dev.finspect.relay.RunningRelay;
import dev.finspect.session.RouteCounters;
import dev.finspect.session.SessionDirectory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The relay of a run, for what opens before it: until it has started, no session lives. Any thread. */
final class StartedRelay {
    private volatile @Nullable RunningRelay relay;

    /** It has started. */
    void started(RunningRelay running) {
        relay = running;
    }

    /** The relay; it must have started. */
    RunningRelay get() {
        RunningRelay running = relay;
        if (running == null) {
            throw new IllegalStateException("the relay is not open");
        }
        return running;
    }

    /** The relay; empty before it has started. */
    Optional<RunningRelay> ifStarted() {
        return Optional.ofNullable(relay);
    }

    /** The open sessions. */
    SessionDirectory sessions() {
        RunningRelay running = relay;
        return running == null ? NoSessions.INSTANCE : running.sessions();
    }

    /** Counters of all routes. */
    Collection<RouteCounters> counters() {
        RunningRelay running = relay;
        return running == null ? List.of() : running.counters().values();
    }

    /** Events that an error kept from being recorded or examined. */
    long recordingErrors() {
        RunningRelay running = relay;
        return running == null ? 0 : running.recordingErrors();
    }
}
