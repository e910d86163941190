package dev.finspect.admin.feed;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.feed.FeedReader;
import dev.finspect.session.filter.RecordFilter;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One open stream. Its reader takes parts on any thread; everything else is done on the feed's thread.
 *
 * <pre>
 *   SNAPSHOT --all living sessions are sent--&gt; LIVE --no room--&gt; BEHIND --all is taken--&gt; SNAPSHOT
 * </pre>
 */
public final class FeedStream {
    /** Where a stream stands. */
    enum Stage {
        /** The living sessions are being sent, and changes between them. */
        SNAPSHOT,
        LIVE,
        /** Messages were lost; what waits is taken first. */
        BEHIND
    }

    /** What is behind the stream. Any thread. */
    interface Feed {
        /** The reader has taken all that waited for it. */
        void drained(FeedStream stream);

        /** The stream has ended. */
        void left(FeedStream stream);
    }

    private final Feed feed;
    private final FeedReader reader;
    private final @Nullable RecordFilter filter;
    private final Set<String> shown = new HashSet<>();
    private volatile Stage stage = Stage.SNAPSHOT;
    private @Nullable FeedSnapshot snapshot;
    private boolean awaitsRoom;
    private long lostBefore;

    FeedStream(Feed feed, long mostBytes, @Nullable RecordFilter filter) {
        this.feed = feed;
        this.reader = new FeedReader(mostBytes, this::drained);
        this.filter = filter;
    }

    /** The next part of the stream. Any thread. */
    public CompletableFuture<byte[]> next() {
        return reader.next();
    }

    /** Ends the stream. Any thread. */
    public void close() {
        if (!reader.isClosed()) {
            reader.close();
            feed.left(this);
        }
    }

    private void drained() {
        if (stage != Stage.LIVE) {
            feed.drained(this);
        }
    }

    Stage stage() {
        return stage;
    }

    void stage(Stage next) {
        stage = next;
    }

    FeedReader reader() {
        return reader;
    }

    boolean isFiltered() {
        return filter != null;
    }

    /** Whether its reader is to be sent this session. */
    boolean wants(SessionRecord record) {
        return filter == null || filter.test(record);
    }

    @Nullable
    FeedSnapshot snapshot() {
        return snapshot;
    }

    void snapshot(@Nullable FeedSnapshot next) {
        FeedSnapshot before = snapshot;
        if (before != null) {
            before.close();
        }
        snapshot = next;
        awaitsRoom = false;
    }

    /** The snapshot goes on when the reader has taken what it has. */
    void awaitRoom() {
        awaitsRoom = true;
    }

    /** The snapshot that can go on now; null where none waits, or there is no room yet. */
    @Nullable
    FeedSnapshot takeAwaited() {
        if (!awaitsRoom || !reader.isDrained()) {
            return null;
        }
        awaitsRoom = false;
        return snapshot;
    }

    /** How many rows and ids its reader has lost since the last call. */
    long newlyLost() {
        long newly = reader.lost() - lostBefore;
        lostBefore += newly;
        return newly;
    }

    /** Its reader forgets all rows. */
    void reset() {
        shown.clear();
    }

    /** Its reader is sent this session. */
    void shows(String id) {
        if (filter != null) {
            shown.add(id);
        }
    }

    /** Adds what has changed. {@code message} has all rows, with an id where the reader can resume after it. */
    void offer(FeedBatch batch, byte[] message) {
        RecordFilter chosen = filter;
        if (chosen == null) {
            reader.offer(message, batch.items());
            return;
        }
        FeedBatch part = batch.filtered(chosen, shown);
        if (part != null) {
            reader.offer(part.message(), part.items());
        }
    }
}
