package dev.finspect.admin.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.fixture.SampleSession;
import dev.finspect.session.SessionEvent;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionSink;
import dev.finspect.session.watch.WatchedSession;
import org.junit.jupiter.api.Test;

/** What is counted, and what those who follow the sessions receive. */
final class FeedSinkTest {
    private final FeedSink feed = new FeedSink();

    private static SessionRecord record() {
        WatchedSession session =
                new WatchedSession(SampleSession.identity("01ABC", "db", 1), new SessionSink() {}, null);
        session.happened(new SessionEvent.Ended(2, null, null));
        return session.closedRecord();
    }

    @Test
    void sessionThatGoesOnInAnotherIsGoneAndHasNeitherClosedNorFailed() {
        feed.follow(true);
        feed.merged(record());
        assertThat(feed.take()).hasSize(1);
        assertThat(feed.closedCount()).isZero();
        assertThat(feed.failedCount()).isZero();
    }

    @Test
    void sessionThatClosedIsGoneAndCounted() {
        feed.closed(record());
        assertThat(feed.take()).as("nobody follows").isEmpty();
        assertThat(feed.closedCount()).isEqualTo(1);
    }
}
