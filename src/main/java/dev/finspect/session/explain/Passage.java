package dev.finspect.session.explain;

import dev.finspect.lifecycle.connection.StreamFacts;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegWire;
import dev.finspect.session.SessionRecord;
import dev.finspect.tcp.Observation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known to have passed on one leg in a stretch of time: by kept segments where there are any, by what was counted of
 * the others, else by the socket. Nothing passed only where a source could have seen it. Times are wall clock, nanoseconds
 * since the Unix epoch.
 */
final class Passage {
    /** Within this time an acknowledgement follows what it acknowledges (RFC 9293 section 3.8.6.3). */
    private static final long DELAYED_ACK_NANOS = 500_000_000L;

    /** What handing over to the kernel and sending differ by, where nothing holds it up. */
    private static final long SLACK_NANOS = 200_000_000L;

    private static final long NEVER = Long.MIN_VALUE;

    private final LegRecord leg;
    private final List<Seen> seen;
    private final long endEpochNanos;
    private final List<Span> moves = new ArrayList<>(2);
    private final Set<Object> shown = new HashSet<>();

    /** A stretch in which bytes may have passed one way, and how many did in all. */
    private record Span(long from, long to, long bytes) {}

    Passage(SessionRecord record, LegRecord leg, List<Seen> all) {
        this.leg = leg;
        this.seen = all.stream().filter(each -> each.leg() == leg.leg()).toList();
        this.endEpochNanos = record.identity().startEpochNanos() + record.durationNanos();
        LegData.Traffic traffic = leg.data().traffic();
        LegWire wire = leg.wire();
        move(
                traffic.firstReceivedAt(),
                traffic.lastReceivedAt().or(NEVER),
                traffic.bytesReceived().value(),
                wire == null ? null : wire.peerEnd().stream());
        move(
                traffic.firstSentAt(),
                drained(traffic.lastSentAt().or(NEVER)),
                traffic.bytesSent().value(),
                wire == null ? null : wire.localEnd().stream());
    }

    private void move(Observation<Long> first, long last, long bytes, @Nullable StreamFacts captured) {
        Long from = first.orNull();
        // Two captured segments with bytes are the first and the last: between them there was none.
        boolean isWholeInTwo = seesAllData() && captured != null && captured.dataSegments() <= 2;
        if (from != null && last > from && !isWholeInTwo) {
            moves.add(new Span(from, last, bytes));
        }
    }

    /** Up to when the kernel may have sent what it was given last. */
    private long drained(long lastSentAt) {
        LegData.Flight flight = leg.data().flight();
        LegData.Queue queue = leg.data().queue();
        if (lastSentAt == NEVER || sees()) {
            return lastSentAt;
        }
        Long stuck = flight.unackedSince().orNull();
        Long closed = leg.data().windows().zeroWindowSince().orNull();
        if (stuck != null || closed != null) {
            return Math.max(
                    lastSentAt,
                    Math.min(stuck == null ? Long.MAX_VALUE : stuck, closed == null ? Long.MAX_VALUE : closed));
        }
        boolean waits =
                queue.notSentBytes().or(0L) > 0 || flight.unackedSegments().or(0L) > 0;
        long busy = queue.busyTime().or(0L);
        return waits ? endEpochNanos : busy <= SLACK_NANOS ? lastSentAt : Math.min(endEpochNanos, lastSentAt + busy);
    }

    /** Whether segments with bytes were captured. */
    private boolean sees() {
        LegWire wire = leg.wire();
        return wire != null && wire.mode().seesData();
    }

    /** Whether all of them were. */
    private boolean seesAllData() {
        LegWire wire = leg.wire();
        return sees() && wire != null && wire.isComplete();
    }

    /** The moment to which the acknowledgements belong that follow a step closely; the step's own without any. */
    long settledAfter(long stepEpochNanos, long nextEpochNanos) {
        long last = stepEpochNanos;
        for (Seen each : seen) {
            for (long at : each.atEpochNanos()) {
                if (at > last && at < nextEpochNanos && at - stepEpochNanos <= DELAYED_ACK_NANOS) {
                    last = at;
                }
            }
        }
        return last;
    }

    /** Where within this stretch bytes cease to pass or begin again, so that its parts are drawn separately. */
    List<Long> turns(long from, long to, long leastNanos) {
        List<Long> ends = new ArrayList<>(3);
        if (to - from < leastNanos) {
            return ends;
        }
        for (Span move : moves) {
            addWithin(ends, move.to, from, to, leastNanos);
        }
        Span rest = rest();
        if (rest != null) {
            addWithin(ends, rest.from, from, to, leastNanos);
            addWithin(ends, rest.to, from, to, leastNanos);
        }
        return ends;
    }

    private static void addWithin(List<Long> ends, long at, long from, long to, long leastNanos) {
        if (at - from >= leastNanos && to - at >= leastNanos) {
            ends.add(at);
        }
    }

    /** The latest rest in which no byte passed either way; null without one. */
    private @Nullable Span rest() {
        Long ended = leg.data().turns().lastRestEndedAt().orNull();
        Long took = leg.data().turns().lastRest().orNull();
        return ended == null || took == null ? null : new Span(ended - took, ended, 0);
    }

    /** Whether those that are not kept, and were not counted yet, end within this stretch, however short it is. */
    boolean hides(long from, long to) {
        for (Seen each : seen) {
            Seen.Unkept unkept = each.unkept();
            if (sees()
                    && unkept != null
                    && unkept.toEpochNanos() > from
                    && unkept.toEpochNanos() <= to
                    && !shown.contains(unkept)) {
                return true;
            }
        }
        return false;
    }

    /** What passed in this stretch, its ends left out. */
    Passed between(long from, long to) {
        long bytes = sees() ? 0 : bytesIn(from, to);
        for (Seen each : seen) {
            Seen.Unkept unkept = each.unkept();
            if (bytes == 0 && unkept != null && unkept.fromEpochNanos() < to && unkept.toEpochNanos() > from) {
                return counted(unkept, Passed.Kind.NOT_KEPT, unkept.segments(), sees() ? bytesBeyond() : 0);
            }
        }
        long segments = 0;
        for (Seen each : seen) {
            segments += each.atEpochNanos().stream()
                    .filter(at -> at > from && at < to)
                    .count();
        }
        if (!seen.isEmpty() && sees() && isComplete()) {
            return segments == 0 ? Passed.NOTHING : new Passed(Passed.Kind.NO_BYTES, segments, 0);
        }
        bytes = bytesIn(from, to);
        if (bytes > 0) {
            return counted(moves, Passed.Kind.UP_TO, notDrawn(), bytes);
        }
        if (segments == 0 && (isAfterLast(from) || (isComplete() && !seen.isEmpty() && nothingUnderWay()))) {
            return Passed.NOTHING;
        }
        return new Passed(lacksSegments() ? Passed.Kind.NONE_CAPTURED : Passed.Kind.NO_BYTES, segments, 0);
    }

    /** Whether segments of the connection are known to be missing in the file, or left out of it. */
    private boolean lacksSegments() {
        LegWire wire = leg.wire();
        return wire != null && wire.mode().passive() && wire.lacksSegments();
    }

    private Passed counted(Object what, Passed.Kind kind, long segments, long bytes) {
        return shown.add(what) ? new Passed(kind, segments, bytes) : new Passed(Passed.Kind.COUNTED_ELSEWHERE, 0, 0);
    }

    /** Whether the capture has every segment of the kinds that it captures. */
    private boolean isComplete() {
        LegWire wire = leg.wire();
        return wire != null && wire.isComplete() && seen.stream().allMatch(each -> each.dropped() == 0);
    }

    /** Whether the capture has nothing after that moment, and would have. */
    private boolean isAfterLast(long from) {
        LegWire wire = leg.wire();
        return wire != null && sees() && isComplete() && wire.facts().lastAtNanos() <= from;
    }

    private boolean nothingUnderWay() {
        return Boolean.TRUE.equals(leg.allAcknowledged());
    }

    /** All bytes of the leg that no kept segment has. */
    private long bytesBeyond() {
        LegData.Traffic traffic = leg.data().traffic();
        long kept = seen.stream().mapToLong(Seen::bytes).sum();
        return Math.max(0, traffic.bytesReceived().value() + traffic.bytesSent().value() - kept);
    }

    /** How many bytes may have passed within this stretch; 0 where it is known that none did. */
    private long bytesIn(long from, long to) {
        Span rest = rest();
        if (rest != null && rest.from - SLACK_NANOS <= from && to <= rest.to + SLACK_NANOS) {
            return 0;
        }
        long bytes = 0;
        for (Span move : moves) {
            boolean passes = Math.min(move.to, to) - Math.max(move.from, from) > SLACK_NANOS;
            bytes += passes ? move.bytes : 0;
        }
        return bytes;
    }

    /** How many segments are not drawn since they were not captured, or not kept; 0 where that is not known. */
    private long notDrawn() {
        LegData.Traffic traffic = leg.data().traffic();
        Long received = traffic.segmentsReceived().orNull();
        Long sent = traffic.segmentsSent().orNull();
        LegWire wire = leg.wire();
        if (received == null || sent == null || wire == null) {
            return 0;
        }
        long kept = seen.stream().mapToLong(each -> each.atEpochNanos().size()).sum();
        return Math.max(0, received + sent - kept);
    }
}
