package dev.finspect.cli.client;

import dev.finspect.tcp.EpochNanos;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A session as the live stream shows it.
 *
 * @param row the members of its row
 */
public record LiveSession(Map<?, ?> row) {
    private static final Pattern UNSEEN = Pattern.compile("\\p{C}");
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

    /** Its id. */
    public String id() {
        return text("id", "");
    }

    /** Its route. */
    public String route() {
        return text("route", "");
    }

    /** {@code open}, {@code half_closed} and so on. */
    public String state() {
        return text("state", "");
    }

    /** The client's address and port. */
    public String client() {
        return endpoint("client");
    }

    /** The upstream's; the one that was tried where none was reached; {@code -} without any. */
    public String upstream() {
        String reached = endpoint("upstream");
        return reached.equals("-") && member("upstream", "tried") instanceof String tried ? visible(tried) : reached;
    }

    /** Client, route and upstream in one line. */
    public String way() {
        return client() + " > " + route() + " > " + upstream();
    }

    /** How long it lasted at the moment of its row, nanoseconds. */
    public long durationNanos() {
        return nanos(row.get("duration_seconds"));
    }

    /** When it began, wall clock, nanoseconds since the Unix epoch. */
    public long startEpochNanos() {
        return epochNanos(row.get("started_at"), 0);
    }

    /** When the last byte of either peer passed; when it began where none has. */
    public long lastByteEpochNanos() {
        long last = startEpochNanos();
        for (String leg : List.of("client", "upstream")) {
            if (member(leg, "data") instanceof Map<?, ?> data) {
                last = Math.max(last, epochNanos(data.get("last_received_at"), last));
                last = Math.max(last, epochNanos(data.get("last_sent_at"), last));
            }
        }
        return last;
    }

    /** Bytes of the client, either way. */
    public long bytes() {
        return member("client", "data") instanceof Map<?, ?> data
                ? number(data.get("received_bytes")) + number(data.get("sent_bytes"))
                : 0;
    }

    /** Since when it hangs; {@link Long#MAX_VALUE} while it does not. */
    public long hungSinceEpochNanos() {
        return state().equals("closed") ? Long.MAX_VALUE : epochNanos(member("verdict", "since"), Long.MAX_VALUE);
    }

    /** The worst finding's id; null without one. */
    public @Nullable String finding() {
        return member("verdict", "id") instanceof String id ? id : null;
    }

    /** A member of the verdict as text; empty without it. */
    public String verdict(String member) {
        return member("verdict", member) instanceof String text ? visible(text) : "";
    }

    /** The phase that grows; empty of a session that is over. */
    public String phase() {
        return member("now", "phase") instanceof String phase ? phase : "";
    }

    /** Since when it does. */
    public long phaseSinceEpochNanos() {
        return epochNanos(member("now", "since"), startEpochNanos());
    }

    /** Who owes the next step; empty where nobody does, or it is not known. */
    public String owes() {
        return member("now", "owes") instanceof String owes ? owes : "";
    }

    /** How long each phase took, nanoseconds, in their order. */
    public Map<String, Long> phases() {
        Map<String, Long> phases = new LinkedHashMap<>();
        if (row.get("phases") instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof Map<?, ?> phase) {
                    phases.put(String.valueOf(phase.get("phase")), nanos(phase.get("seconds")));
                }
            }
        }
        return phases;
    }

    /** What has happened since the row before. */
    public List<?> changes() {
        return row.get("changes") instanceof List<?> changes ? changes : List.of();
    }

    /** Whether it is over. */
    public boolean isClosed() {
        return state().equals("closed");
    }

    /** How it ended; empty while it lives. */
    public String outcome() {
        return text("outcome", "");
    }

    /** The program of a leg's peer; empty where it is not known. */
    public String program(String leg) {
        return member(leg, "program") instanceof String program ? visible(program) : "";
    }

    private String text(String name, String otherwise) {
        return row.get(name) instanceof String text ? visible(text) : otherwise;
    }

    /** Without what could move the cursor of a terminal: programs and hosts name themselves. */
    private static String visible(String text) {
        return UNSEEN.matcher(text).replaceAll("\ufffd");
    }

    private @Nullable Object member(String object, String name) {
        return row.get(object) instanceof Map<?, ?> members ? members.get(name) : null;
    }

    private String endpoint(String leg) {
        if (!(member(leg, "network.peer.address") instanceof String address)) {
            return "-";
        }
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return host + ":" + number(member(leg, "network.peer.port"));
    }

    private static long number(@Nullable Object value) {
        return value instanceof BigDecimal number ? number.longValue() : 0;
    }

    private static long nanos(@Nullable Object seconds) {
        return seconds instanceof BigDecimal number
                ? number.multiply(NANOS_PER_SECOND).longValue()
                : 0;
    }

    /** The moment of a time in a row or event. */
    public static long epochNanos(@Nullable Object time, long otherwise) {
        return time instanceof String text ? EpochNanos.of(Instant.parse(text)) : otherwise;
    }
}
