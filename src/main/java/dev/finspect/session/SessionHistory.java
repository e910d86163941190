package dev.finspect.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The last sessions that closed, bounded by count. Any thread. */
public final class SessionHistory implements SessionSink {
    private final int capacity;
    private final ArrayDeque<SessionRecord> records = new ArrayDeque<>();

    /** Keeps at most {@code capacity} records; 0 keeps none. */
    public SessionHistory(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public synchronized void closed(SessionRecord record) {
        if (capacity == 0) {
            return;
        }
        if (records.size() == capacity) {
            records.removeFirst();
        }
        records.addLast(record);
    }

    /** At most {@code limit} records, the latest first. */
    public synchronized List<SessionRecord> latest(int limit) {
        List<SessionRecord> latest = new ArrayList<>(Math.min(limit, records.size()));
        Iterator<SessionRecord> backwards = records.descendingIterator();
        while (backwards.hasNext() && latest.size() < limit) {
            latest.add(backwards.next());
        }
        return latest;
    }

    /** The record of this id, if it is still kept. */
    public synchronized Optional<SessionRecord> find(String id) {
        return records.stream().filter(r -> r.identity().id().equals(id)).findFirst();
    }
}
