package dev.finspect.relay;

import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionSink;
import dev.finspect.session.SessionTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps every event of every session, and hands out sessions as they end. */
final class Recorder implements SessionSink {
    private final Map<SessionTracker, List<SessionEvent>> events = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<Play> ended = new LinkedBlockingQueue<>();

    @Override
    public void happened(SessionTracker session, SessionEvent event) {
        List<SessionEvent> play = events.computeIfAbsent(session, s -> new ArrayList<>());
        synchronized (play) {
            play.add(event);
        }
        if (event instanceof SessionEvent.Ended) {
            events.remove(session);
            ended.add(new Play(session, play));
        }
    }

    /** The next session that ends, however long ago. */
    Play nextEnded() throws InterruptedException {
        Play play = ended.poll(30, TimeUnit.SECONDS);
        if (play == null) {
            throw new AssertionError("no session ended; living ones: " + events.values());
        }
        return play;
    }

    /** Waits until an event of a living session satisfies {@code wanted}. */
    void await(Predicate<SessionEvent> wanted) {
        awaitSession(session -> {
            List<SessionEvent> play = events.get(session);
            if (play == null) {
                return false;
            }
            synchronized (play) {
                return play.stream().anyMatch(wanted);
            }
        });
    }

    /** Waits until a living session satisfies {@code wanted}; its counters are read across threads, so they may lag. */
    void awaitSession(Predicate<SessionTracker> wanted) {
        long guard = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (events.keySet().stream().noneMatch(wanted)) {
            if (System.nanoTime() - guard > 0) {
                throw new AssertionError("never came; living sessions: " + events.values());
            }
            Thread.onSpinWait();
        }
    }

    /** What happened to one session, from the first event to the last. */
    record Play(SessionTracker session, List<SessionEvent> events) {
        /** The names of the events in order, without those that depend on timing. */
        List<String> names() {
            return events.stream()
                    .filter(e -> !(e instanceof SessionEvent.Paused
                            || e instanceof SessionEvent.Resumed
                            || e instanceof SessionEvent.Sampled))
                    .map(Play::name)
                    .toList();
        }

        <T extends SessionEvent> List<T> of(Class<T> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        private static String name(SessionEvent event) {
            String name = event.getClass().getSimpleName();
            if (event instanceof SessionEvent.FirstByte e) {
                return name + " " + e.leg();
            } else if (event instanceof SessionEvent.PeerFin e) {
                return name + " " + e.leg();
            } else if (event instanceof SessionEvent.PeerReset e) {
                return name + " " + e.leg();
            } else if (event instanceof SessionEvent.OutputShut e) {
                return name + " " + e.leg();
            } else if (event instanceof SessionEvent.OutputReset e) {
                return name + " " + e.leg();
            } else if (event instanceof SessionEvent.AttemptFailed e) {
                return name + " " + e.result();
            } else if (event instanceof SessionEvent.ProxyEnded e) {
                return name + " " + e.reason();
            }
            return name;
        }
    }
}
