package dev.finspect.session;

import java.util.Comparator;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** An order of living sessions, for lists. */
public enum SessionOrder {
    /** Those that hang first, the longest first; then the oldest first. */
    STUCK("stuck", SessionRow::hungSinceEpochNanos),
    /** The oldest first. */
    AGE("age", row -> row.identity().startEpochNanos()),
    /** Those first in which no byte has passed for longest. */
    IDLE("idle", SessionOrder::lastByteEpochNanos),
    /** Those first of whose client most bytes have come or gone. */
    BYTES(
            "bytes",
            row -> -bytes(row.client().receivedBytes()) - bytes(row.client().sentBytes()));

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // the functions hold nothing
    private final ToLongFunction<SessionRow> key;

    SessionOrder(String label, ToLongFunction<SessionRow> key) {
        this.label = label;
        this.key = key;
    }

    /** The word for queries. */
    public String label() {
        return label;
    }

    /** Compares rows: ids, which sort by start, decide between equals. */
    public Comparator<SessionRow> comparator() {
        return Comparator.comparingLong(key).thenComparing(row -> row.identity().id());
    }

    /** The place of a row in this order. */
    public Place place(SessionRow row) {
        return new Place(key.applyAsLong(row), row.identity().id());
    }

    /** The order of this label; null for none. */
    public static @Nullable SessionOrder of(String label) {
        for (SessionOrder order : values()) {
            if (order.label.equals(label)) {
                return order;
            }
        }
        return null;
    }

    /** A place in an order. */
    public record Place(long key, String id) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byKey = Long.compare(key, other.key);
            return byKey != 0 ? byKey : id.compareTo(other.id);
        }
    }

    private static long lastByteEpochNanos(SessionRow row) {
        long last = row.identity().startEpochNanos();
        for (SessionRow.End end : new SessionRow.End[] {row.client(), row.upstream()}) {
            last = Math.max(last, orLeast(end.lastReceivedAtEpochNanos()));
            last = Math.max(last, orLeast(end.lastSentAtEpochNanos()));
        }
        return last;
    }

    private static long orLeast(@Nullable Long time) {
        return time == null ? Long.MIN_VALUE : time;
    }

    private static long bytes(@Nullable Long known) {
        return known == null ? 0 : known;
    }
}
