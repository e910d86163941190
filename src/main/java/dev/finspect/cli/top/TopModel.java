package dev.finspect.cli.top;

import dev.finspect.cli.client.EventStream;
import dev.finspect.cli.client.LastingStream;
import dev.finspect.cli.client.LiveSession;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the live stream has said so far: the open sessions with their rates, and the totals. Pure; confined to one thread. */
final class TopModel {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Map<String, Known> sessions = new LinkedHashMap<>();
    private Map<?, ?> totals = Map.of();
    private String version = "";
    private boolean catchingUp = true;
    private boolean reconnecting;
    private long lost;
    private long offsetNanos;

    /** In which order sessions are shown. */
    enum Sort {
        STUCK("stuck", Comparator.comparingLong(each -> each.session.hungSinceEpochNanos())),
        AGE("age", Comparator.comparingLong(each -> each.session.startEpochNanos())),
        IDLE("idle", Comparator.comparingLong(each -> each.session.lastByteEpochNanos())),
        BYTES(
                "bytes",
                Comparator.<Known>comparingLong(each -> each.session.bytes()).reversed()),
        RATE(
                "rate",
                Comparator.<Known>comparingDouble(each -> each.bytesPerSecond).reversed());

        private final String label;

        @SuppressWarnings("ImmutableEnumChecker") // holds nothing
        private final Comparator<Known> order;

        Sort(String label, Comparator<Known> order) {
            this.label = label;
            this.order = order;
        }

        String label() {
            return label;
        }

        Sort next() {
            List<Sort> all = List.of(values());
            return all.get((all.indexOf(this) + 1) % all.size());
        }
    }

    /**
     * A session with its rate.
     *
     * @param bytesPerSecond between its last two rows, either way
     */
    record Known(LiveSession session, double bytesPerSecond) {}

    /** Takes an event; {@code nowEpochNanos} is this machine's clock. */
    void take(EventStream.Event event, long nowEpochNanos) {
        reconnecting = event.name().equals(LastingStream.ENDED);
        if (reconnecting) {
            return;
        }
        long sent = LiveSession.epochNanos(event.data().get("time"), nowEpochNanos);
        offsetNanos = sent - nowEpochNanos;
        switch (event.name()) {
            case "hello" -> {
                version = String.valueOf(event.data().get("version"));
                totals = event.data().get("totals") instanceof Map<?, ?> all ? all : totals;
            }
            case "reset" -> {
                sessions.clear();
                catchingUp = true;
                lost += event.data().get("lost") instanceof BigDecimal some ? some.longValue() : 0;
            }
            case "snapshot_end" -> catchingUp = false;
            case "totals" -> totals = event.data();
            case "sessions" -> {
                event.list("rows").forEach(this::row);
                event.list("gone").forEach(sessions::remove);
            }
            default -> {
                // Of a later version.
            }
        }
    }

    private void row(@Nullable Object row) {
        if (!(row instanceof Map<?, ?> members)) {
            return;
        }
        LiveSession session = new LiveSession(members);
        if (session.isClosed()) {
            sessions.remove(session.id());
            return;
        }
        Known before = sessions.get(session.id());
        long nanos = before == null ? 0 : session.durationNanos() - before.session.durationNanos();
        double rate = before == null || nanos <= 0
                ? 0
                : (session.bytes() - before.session.bytes()) * (double) NANOS_PER_SECOND / nanos;
        sessions.put(session.id(), new Known(session, rate));
    }

    /** The open sessions in this order. */
    List<Known> sorted(Sort sort) {
        List<Known> sorted = new ArrayList<>(sessions.values());
        sorted.sort(sort.order.thenComparing(each -> each.session.startEpochNanos()));
        return sorted;
    }

    /** The session of this id; null where it has ended. */
    @Nullable
    Known session(@Nullable String id) {
        return id == null ? null : sessions.get(id);
    }

    /** A number among the totals. */
    long total(String name) {
        return totals.get(name) instanceof BigDecimal number ? number.longValue() : 0;
    }

    /** How many sessions are half-closed. */
    long halfClosed() {
        return totals.get("half_closed") instanceof Map<?, ?> by
                ? by.values().stream()
                        .mapToLong(each -> each instanceof BigDecimal number ? number.longValue() : 0)
                        .sum()
                : 0;
    }

    /** {@code ready}, {@code draining} or {@code starting}. */
    String state() {
        return totals.get("state") instanceof String state ? state : "";
    }

    String version() {
        return version;
    }

    /** Whether what it has is of a stream that has ended. */
    boolean reconnects() {
        return reconnecting;
    }

    boolean catchesUp() {
        return catchingUp;
    }

    /** Rows and ids that this reader lost because it was too slow. */
    long lost() {
        return lost;
    }

    /** The clock of finspect, by this machine's. */
    long serverTime(long nowEpochNanos) {
        return nowEpochNanos + offsetNanos;
    }
}
