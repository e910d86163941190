package dev.finspect.admin.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.finspect.fixture.SampleSession;
import dev.finspect.lab.Await;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.LivingSession;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.SessionWalk;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is collected without readers, and errors end nothing. */
@Timeout(120)
final class EventFeedTest {
    private final Sessions sessions = new Sessions();
    private final FeedSink sink = new FeedSink();
    private final EventFeed feed = new EventFeed(
            new FeedSources(() -> sessions, sink, List::of, row -> new byte[] {'1'}),
            () -> "ready",
            Clock.systemUTC(),
            Duration.ofMillis(300));

    @AfterEach
    void close() {
        feed.close();
    }

    @Test
    void nothingIsCollectedWithoutReaders() throws Exception {
        sink.closed(SampleSession.closed("A", "db"));
        assertThat(sink.take()).isEmpty();
        FeedStream stream = feed.open("", "", null).orElseThrow();
        assertThat(text(stream)).startsWith("event: hello");
        Await.until(() -> "it begins", () -> sessions.followed);
        stream.close();
        stream.close();
        Await.until(() -> "the end of it", () -> !sessions.followed);
        sink.closed(SampleSession.closed("B", "db"));
        assertThat(sink.take()).isEmpty();
        assertThat(sink.closedCount()).isEqualTo(2);

        FeedStream again = feed.open("", "", null).orElseThrow();
        Await.until(() -> "it begins again", () -> sessions.followed);
        again.close();
    }

    @Test
    void errorOfTheEventLoopsEndsNoStream() throws Exception {
        sessions.fails = true;
        FeedStream stream = feed.open("", "", null).orElseThrow();
        StringBuilder all = new StringBuilder();
        while (!all.toString().contains("event: totals")) {
            all.append(text(stream));
        }
        sessions.fails = false;
        sink.closed(SampleSession.closed("A", "db"));
        while (!all.toString().contains("\"rows\":[1]")) {
            all.append(text(stream));
        }
        stream.close();
    }

    @Test
    void sessionsThatCannotBeReadEndTheStream() throws Exception {
        sessions.walkFails = true;
        FeedStream stream = feed.open("", "", null).orElseThrow();
        assertThatThrownBy(() -> {
                    while (true) {
                        text(stream);
                    }
                })
                .isInstanceOf(CancellationException.class);
        // Its place is free again.
        for (int i = 0; i < EventFeed.MOST_STREAMS - 1; i++) {
            assertThat(feed.open("", "", null)).isPresent();
        }
        Await.until(
                () -> "all streams have ended", () -> feed.open("", "", null).isPresent());
    }

    private static String text(FeedStream stream) throws Exception {
        return new String(stream.next().get(60, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    }

    /** No sessions, or errors in their place. */
    private static final class Sessions implements SessionDirectory {
        private volatile boolean followed;
        private volatile boolean fails;
        private volatile boolean walkFails;

        @Override
        public SessionWalk walk(Selection selection) {
            return new SessionWalk() {
                @Override
                public CompletableFuture<List<LivingSession>> next(int most) {
                    return walkFails
                            ? CompletableFuture.failedFuture(new IllegalStateException("for the test"))
                            : CompletableFuture.completedFuture(List.of());
                }

                @Override
                public void close() {
                    // Nothing to release.
                }
            };
        }

        @Override
        public void follow(boolean on) {
            followed = on;
        }

        @Override
        public CompletableFuture<List<ChangedSession>> changed(int most, int mostLater) {
            return fails
                    ? CompletableFuture.failedFuture(new IllegalStateException("for the test"))
                    : CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<Optional<SessionRecord>> find(String id) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public long livingCount() {
            return 0;
        }
    }
}
