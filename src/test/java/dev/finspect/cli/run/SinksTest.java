package dev.finspect.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionIdentity;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.WatchedSession;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SinksTest {
    private final List<String> heard = new ArrayList<>();
    private final Sinks sinks = new Sinks(new Failing(), new Hearing());
    private final WatchedSession session = new WatchedSession(SampleSession.identity("01ABC", "db", 1), sinks, null);

    @Test
    void errorOfOneSinkIsCountedAndTheNextIsToldNevertheless() {
        session.happened(new SessionEvent.PeerFin(1, Leg.CLIENT));
        session.happened(new SessionEvent.Ended(2, null, null));
        sinks.merged(session.closedRecord());
        sinks.attemptFailed(session.closedRecord());
        sinks.attemptsFailedBesides("db", 3);
        assertThat(heard)
                .containsExactly("PeerFin", "Ended", "closed 01ABC", "merged 01ABC", "failed 01ABC", "3 more of db");
        assertThat(sinks.errors()).isEqualTo(6);
    }

    private static final class Failing implements SessionSink {
        @Override
        public void happened(SessionIdentity session, SessionEvent event) {
            throw new IllegalStateException("no room");
        }

        @Override
        public void closed(SessionRecord record) {
            throw new NoClassDefFoundError("removed");
        }

        @Override
        public void merged(SessionRecord record) {
            throw new IllegalStateException("no room");
        }

        @Override
        public void attemptFailed(SessionRecord record) {
            throw new IllegalStateException("no room");
        }

        @Override
        public void attemptsFailedBesides(String route, long count) {
            throw new IllegalStateException("no room");
        }
    }

    private final class Hearing implements SessionSink {
        @Override
        public void happened(SessionIdentity session, SessionEvent event) {
            heard.add(event.getClass().getSimpleName());
        }

        @Override
        public void closed(SessionRecord record) {
            heard.add("closed " + record.identity().id());
        }

        @Override
        public void merged(SessionRecord record) {
            heard.add("merged " + record.identity().id());
        }

        @Override
        public void attemptFailed(SessionRecord record) {
            heard.add("failed " + record.identity().id());
        }

        @Override
        public void attemptsFailedBesides(String route, long count) {
            heard.add(count + " more of " + route);
        }
    }
}
