package dev.finspect.admin.feed;

import dev.finspect.session.Change;
import dev.finspect.session.ChangedSession;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.feed.LiveRow;
import dev.finspect.session.feed.LiveRowEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes batches, and keeps of which sessions readers were sent anything: of those alone an end without a row is reported. Confined to
 * the feed's thread.
 */
final class FeedBatches {
    /** A row of a snapshot is sent within this time after it was taken, or its session has closed since. */
    private static final int TICKS_OF_CLOSED = 50;

    private final LiveRowEncoder encoder;
    private final int mostRows;
    private final Set<String> announced = new HashSet<>();
    private final Map<String, Long> closed = new HashMap<>();
    private volatile long omitted;

    FeedBatches(LiveRowEncoder encoder, int mostRows) {
        this.encoder = encoder;
        this.mostRows = mostRows;
    }

    /**
     * A batch of sessions that have changed, and of those that have closed since.
     *
     * @param snapshots whether some reader is being sent the living sessions, which may close meanwhile
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread makes batches; others only read the sum.
    FeedBatch of(Instant at, long ticks, List<ChangedSession> changed, List<SessionRecord> ended, boolean snapshots) {
        List<FeedBatch.Row> rows = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        for (ChangedSession each : changed) {
            rows.add(row(each.record(), each.changes()));
        }
        long without = 0;
        for (SessionRecord each : ended) {
            String id = each.identity().id();
            boolean wasSent = announced.remove(id);
            if (snapshots) {
                closed.put(id, ticks);
            }
            if (rows.size() < mostRows) {
                rows.add(last(each, wasSent));
            } else if (wasSent) {
                gone.add(id);
            } else {
                without++;
            }
        }
        omitted += without;
        closed.values().removeIf(then -> ticks - then > TICKS_OF_CLOSED);
        return new FeedBatch(at, rows, gone, without);
    }

    private FeedBatch.Row last(SessionRecord record, boolean wasSent) {
        Set<Change> changes = wasSent ? EnumSet.of(Change.CLOSED) : EnumSet.of(Change.OPENED, Change.CLOSED);
        return new FeedBatch.Row(record, encoder.encode(LiveRow.of(record, changes)));
    }

    /** The row of a living session. */
    FeedBatch.Row row(SessionRecord record, Set<Change> changes) {
        announced.add(record.identity().id());
        return new FeedBatch.Row(record, encoder.encode(LiveRow.of(record, changes)));
    }

    /** Whether its end was reported. */
    boolean hasClosed(String id) {
        return closed.containsKey(id);
    }

    /** Sessions of which nobody was sent anything, since the start. Any thread. */
    long omitted() {
        return omitted;
    }

    /** There are no readers any more. */
    void forget() {
        announced.clear();
        closed.clear();
    }
}
