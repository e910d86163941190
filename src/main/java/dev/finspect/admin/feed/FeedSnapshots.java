package dev.finspect.admin.feed;

import dev.finspect.session.SessionRecord;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Sends all living sessions to a reader that knows none, a few at a time and no faster than it takes them. Confined to the feed's
 * thread.
 */
final class FeedSnapshots {
    /** A snapshot takes a quarter of a processor. */
    private static final int REST = 3;

    private final FeedSources sources;
    private final FeedBatches batches;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    private final Supplier<String> lastId;
    private final BiConsumer<String, Throwable> errors;

    /**
     * No reader is sent anything yet.
     *
     * @param thread the feed's
     * @param lastId the id of the last batch, after which a reader with a complete snapshot can resume
     * @param errors is given what happened in words, and the error
     */
    FeedSnapshots(
            FeedSources sources,
            FeedBatches batches,
            Clock clock,
            ScheduledExecutorService thread,
            Supplier<String> lastId,
            BiConsumer<String, Throwable> errors) {
        this.sources = sources;
        this.batches = batches;
        this.clock = clock;
        this.thread = thread;
        this.lastId = lastId;
        this.errors = errors;
    }

    /** Has the reader forget all rows, and begins to send it all living sessions. */
    void begin(FeedStream stream, String reason, long lost) {
        stream.reset();
        stream.stage(FeedStream.Stage.SNAPSHOT);
        byte[] reset = FeedText.event("reset", clock.instant(), ",\"reason\":\"" + reason + "\",\"lost\":" + lost);
        stream.reader().offer(FeedText.withId("", reset), 0);
        FeedSnapshot begun = new FeedSnapshot(sources.living().get());
        stream.snapshot(begun);
        step(stream, begun);
    }

    /** A reader who had lost messages, and has taken all from before, begins anew; one that has room again goes on. */
    void catchUp(FeedStream stream) {
        if (stream.reader().isBehind()) {
            stream.stage(FeedStream.Stage.BEHIND);
            stream.snapshot(null);
        }
        if (stream.reader().canCatchUp()) {
            stream.reader().resume();
            begin(stream, "lost", stream.newlyLost());
        }
        FeedSnapshot waits = stream.takeAwaited();
        if (waits != null) {
            step(stream, waits);
        }
    }

    /** Sends some sessions, unless the reader has some left: it is asked again when it has taken them. */
    private void step(FeedStream stream, FeedSnapshot snapshot) {
        if (stream.snapshot() != snapshot || stream.reader().isBehind()) {
            return;
        }
        var unused = snapshot.next().whenComplete((part, failure) -> {
            try {
                thread.execute(() -> {
                    if (failure == null) {
                        stepped(stream, snapshot, part);
                    } else {
                        errors.accept("living sessions could not be read for the live stream", failure);
                        stream.close();
                    }
                });
            } catch (RejectedExecutionException e) {
                // The admin server has ended.
            }
        });
    }

    private void stepped(FeedStream stream, FeedSnapshot snapshot, FeedSnapshot.Part part) {
        if (stream.snapshot() != snapshot) {
            return;
        }
        long beganAtNanos = System.nanoTime();
        if (part.last()) {
            complete(stream);
            return;
        }
        List<byte[]> rows = rows(stream, part);
        if (!rows.isEmpty()) {
            stream.reader().offer(FeedText.sessions(clock.instant(), rows, List.of(), 0), rows.size());
        }
        long restNanos = REST * (System.nanoTime() - beganAtNanos);
        if (stream.reader().isDrained()) {
            var unused = thread.schedule(() -> step(stream, snapshot), restNanos, TimeUnit.NANOSECONDS);
        } else {
            stream.awaitRoom();
        }
    }

    private List<byte[]> rows(FeedStream stream, FeedSnapshot.Part part) {
        List<byte[]> rows = new ArrayList<>();
        for (SessionRecord record : part.records()) {
            String id = record.identity().id();
            if (stream.wants(record) && !batches.hasClosed(id)) {
                rows.add(batches.row(record, Set.of()).json());
                stream.shows(id);
            }
        }
        return rows;
    }

    private void complete(FeedStream stream) {
        stream.snapshot(null);
        stream.stage(FeedStream.Stage.LIVE);
        long living = sources.living().get().livingCount();
        byte[] end = FeedText.event("snapshot_end", clock.instant(), ",\"living\":" + living);
        stream.reader().offer(stream.isFiltered() ? end : FeedText.withId(lastId.get(), end), 0);
    }
}
