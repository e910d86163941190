package dev.finspect.admin.feed;

import dev.finspect.session.ChangedSession;
import dev.finspect.session.RecordingErrors;
import dev.finspect.session.SessionDirectory;
import dev.finspect.session.feed.RecentMessages;
import dev.finspect.session.filter.RecordFilter;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects ten times a second what has changed, while there are readers and for some time after the last, and gives it to each.
 *
 * <pre>
 *   event loops: changed sessions, in slices -+
 *   event loops: records of closed sessions --+-&gt; batch, encoded once -&gt; each stream's own queue -&gt; its socket
 * </pre>
 *
 * <p>It has one thread, which exists while it collects. Nothing waits for a reader.
 */
public final class EventFeed implements FeedStream.Feed, AutoCloseable {
    /** Rows in a message at most. */
    public static final int MOST_ROWS = 500;
    /** Of these, rows of sessions in which nothing has happened but that bytes passed. */
    public static final int MOST_MOVED = 50;
    /** Streams at most. */
    public static final int MOST_STREAMS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final long STREAM_BYTES = 1 << 20;
    private static final long TICK_MILLIS = 100;
    private static final int TICKS_A_SECOND = 10;
    private static final int MOST_KEPT_ROWS = 1_000;
    /** How long changes are collected for readers who come back. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FeedSources sources;
    private final FeedCounts counts;
    private final Clock clock;
    private final String mark;
    private final ScheduledThreadPoolExecutor thread;
    private final RecordingErrors errors = new RecordingErrors();
    private final long ticksWithoutReaders;
    private final AtomicInteger places = new AtomicInteger();
    // Confined to the thread.
    private final List<FeedStream> streams = new ArrayList<>();
    private final RecentMessages recent = new RecentMessages(STREAM_BYTES, MOST_KEPT_ROWS);
    private final FeedBatches batches;
    private final FeedSnapshots snapshots;
    private @Nullable ScheduledFuture<?> ticking;
    private boolean collecting;
    private long ticks;
    private long number;
    private int ticksAlone;

    /**
     * A feed without readers.
     *
     * @param state the word for what finspect does
     */
    public EventFeed(FeedSources sources, Supplier<String> state, Clock clock) {
        this(sources, state, clock, PATIENCE);
    }

    EventFeed(FeedSources sources, Supplier<String> state, Clock clock, Duration patience) {
        this.ticksWithoutReaders = patience.toMillis() / TICK_MILLIS;
        this.sources = sources;
        this.counts = new FeedCounts(sources.sink(), sources.routes(), state);
        this.batches = new FeedBatches(sources.encoder(), MOST_ROWS);
        this.clock = clock;
        this.mark = Long.toString(clock.millis(), Character.MAX_RADIX);
        this.thread = new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("finspect-admin-events", true));
        thread.setKeepAliveTime(1, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setRemoveOnCancelPolicy(true);
        this.snapshots = new FeedSnapshots(sources, batches, clock, thread, this::lastId, this::failed);
    }

    /**
     * Opens a stream.
     *
     * @param hello further members of the first message, each after a comma
     * @param lastId of the last event that the reader has; empty for none
     * @param filter null for all sessions
     * @return empty where there are too many streams
     */
    public Optional<FeedStream> open(String hello, String lastId, @Nullable RecordFilter filter) {
        if (places.incrementAndGet() > MOST_STREAMS) {
            places.decrementAndGet();
            return Optional.empty();
        }
        FeedStream stream = new FeedStream(this, STREAM_BYTES, filter);
        thread.execute(() -> begin(stream, hello, lastId));
        return Optional.of(stream);
    }

    private void begin(FeedStream stream, String hello, String lastId) {
        Instant now = clock.instant();
        stream.reader()
                .offer(
                        FeedText.event(
                                "hello",
                                now,
                                hello + ",\"rows_per_event\":" + MOST_ROWS + ",\"totals\":{"
                                        + totals(stream).substring(1) + "}"),
                        0);
        boolean collects = ticking != null;
        if (!collects) {
            follow();
        }
        Optional<List<byte[]>> missed = collects && !stream.isFiltered() ? missed(lastId) : Optional.empty();
        streams.add(stream);
        if (missed.isPresent()) {
            missed.get().forEach(message -> stream.reader().offer(message, 0));
            stream.stage(FeedStream.Stage.LIVE);
        } else {
            snapshots.begin(stream, lastId.isEmpty() ? "first" : "resume_too_old", 0);
        }
    }

    /** The messages after the one of this id; empty where they are not kept. */
    private Optional<List<byte[]>> missed(String lastId) {
        String prefix = mark + "-";
        if (!lastId.startsWith(prefix) || !lastId.substring(prefix.length()).matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return recent.after(Long.parseLong(lastId.substring(prefix.length())));
    }

    private void follow() {
        sources.living().get().follow(true);
        sources.sink().follow(true);
        recent.clear(number);
        ticksAlone = 0;
        ticking = thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void followNoMore() {
        ScheduledFuture<?> ended = ticking;
        if (ended != null) {
            ended.cancel(false);
        }
        ticking = null;
        sources.living().get().follow(false);
        sources.sink().follow(false);
        recent.clear(number);
        batches.forget();
    }

    /** Ten times a second: collects, and sends. */
    private void tick() {
        try {
            ticks++;
            ticksAlone = streams.isEmpty() ? ticksAlone + 1 : 0;
            if (ticksAlone > ticksWithoutReaders) {
                followNoMore();
                return;
            }
            collect();
            for (FeedStream stream : streams) {
                snapshots.catchUp(stream);
                if (ticks % TICKS_A_SECOND == 0) {
                    stream.reader().offer(FeedText.event("totals", clock.instant(), totals(stream)), 0);
                }
            }
        } catch (RuntimeException e) {
            failed("the live stream met an error; it goes on", e);
        }
    }

    /** The id of the last batch. */
    private String lastId() {
        return mark + "-" + number;
    }

    private void failed(String what, Throwable error) {
        long soFar = errors.another();
        if (soFar > 0) {
            LOG.error("{}; {} such errors so far", what, soFar, error);
        }
    }

    private String totals(FeedStream stream) {
        return counts.members() + ",\"lost\":" + stream.reader().lost() + ",\"omitted\":" + batches.omitted();
    }

    private void collect() {
        if (collecting) {
            return; // The event loops are busy.
        }
        collecting = true;
        SessionDirectory directory = sources.living().get();
        if (ticks % TICKS_A_SECOND == 0) {
            directory.follow(true); // It may have opened after the stream.
        }
        var unused = directory
                .changed(MOST_ROWS, MOST_MOVED)
                .whenComplete(
                        (changed, failure) -> later(() -> collected(changed == null ? List.of() : changed, failure)));
    }

    private void collected(List<ChangedSession> changed, @Nullable Throwable failure) {
        collecting = false;
        if (failure != null) {
            failed("changed sessions could not be collected", failure);
        }
        if (ticking == null) {
            return;
        }
        if (sources.sink().overflowed()) {
            streams.forEach(stream -> snapshots.begin(stream, "lost", 0));
            recent.clear(number);
        }
        boolean sending = streams.stream().anyMatch(stream -> stream.stage() != FeedStream.Stage.LIVE);
        FeedBatch batch =
                batches.of(clock.instant(), ticks, changed, sources.sink().take(), sending);
        if (!batch.isEmpty()) {
            send(batch);
        }
    }

    private void send(FeedBatch batch) {
        number++;
        byte[] plain = batch.message();
        byte[] numbered = FeedText.withId(lastId(), plain);
        recent.add(number, numbered, batch.items());
        for (FeedStream stream : streams) {
            stream.offer(batch, stream.stage() == FeedStream.Stage.LIVE ? numbered : plain);
        }
    }

    @Override
    public void drained(FeedStream stream) {
        later(() -> snapshots.catchUp(stream));
    }

    @Override
    public void left(FeedStream stream) {
        places.decrementAndGet();
        later(() -> {
            stream.snapshot(null);
            streams.remove(stream);
        });
    }

    /** Runs it on the feed's thread, unless the admin server has ended. */
    private void later(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // The admin server has ended.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
