package dev.finspect.admin.feed;

import dev.finspect.session.SessionRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What has changed since the batch before, encoded once for all readers.
 *
 * @param gone sessions that readers have been sent, and that have ended without a last row
 * @param omitted sessions that no reader was sent at all
 */
record FeedBatch(Instant at, List<Row> rows, List<String> gone, long omitted) {
    /** A session that has changed. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared; created once and sent.
    record Row(SessionRecord record, byte[] json) {
        String id() {
            return record.identity().id();
        }
    }

    boolean isEmpty() {
        return rows.isEmpty() && gone.isEmpty() && omitted == 0;
    }

    /** How many rows and ids are in it. */
    int items() {
        return rows.size() + gone.size();
    }

    /** The message of all rows. */
    byte[] message() {
        return FeedText.sessions(at, rows.stream().map(Row::json).toList(), gone, omitted);
    }

    /** The part that a filter takes; null where nothing is left. {@code shown} are the ids that its reader has, and has then. */
    @Nullable
    FeedBatch filtered(Predicate<SessionRecord> filter, Set<String> shown) {
        List<Row> taken = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Row row : rows) {
            boolean had = shown.contains(row.id());
            if (filter.test(row.record())) {
                taken.add(row);
                if (row.record().closed()) {
                    shown.remove(row.id());
                } else {
                    shown.add(row.id());
                }
            } else if (had) {
                left.add(row.id());
                shown.remove(row.id());
            }
        }
        for (String id : gone) {
            if (shown.remove(id)) {
                left.add(id);
            }
        }
        return taken.isEmpty() && left.isEmpty() ? null : new FeedBatch(at, taken, left, 0);
    }
}
