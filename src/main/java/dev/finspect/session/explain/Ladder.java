package dev.finspect.session.explain;

import dev.finspect.diagnose.Evidence;
import dev.finspect.record.LegWire;
import dev.finspect.session.Diagnosed;
import dev.finspect.session.SessionRecord;
import dev.finspect.session.kept.KeptCapture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both legs of a session on one clock.
 *
 * @param fromEpochNanos what its times are counted from: accept(), or the first step where that came before
 * @param lines in order of time; FINs and RSTs are numbered
 * @param toEpochNanos the moment of the record
 * @param over whether the session had ended then
 * @param single whether it has one connection alone, whose other end is a peer as well
 */
public record Ladder(long fromEpochNanos, List<LadderLine> lines, long toEpochNanos, boolean over, boolean single) {
    /** How many of the first and of the last rungs are kept. */
    private static final int KEPT_OF_EACH_END = 20;

    /** A stretch of time without a step that is drawn as a break. */
    private static final long BREAK_NANOS = 1_000_000_000L;

    /**
     * A stretch of time without a step.
     *
     * @param nanos its length
     * @param client what passed meanwhile on the leg to the client
     * @param upstream the same on the other leg; null where there is one connection alone
     */
    public record Break(long nanos, Passed client, @Nullable Passed upstream) implements LadderLine {}

    /**
     * Steps in the middle that are left out.
     *
     * @param rungs how many
     * @param nanos from the first to the last of them
     */
    public record Omission(int rungs, long nanos) implements LadderLine {}

    /**
     * What is known of a session.
     *
     * @param kept headers of its segments; empty when none are kept. The record supplies the steps of a leg
     *     without kept headers, and steps with bytes where segments with bytes were not captured
     */
    static Ladder of(SessionRecord record, List<KeptCapture> kept) {
        SegmentLadder.Drawn segments = SegmentLadder.of(record, kept);
        List<Rung> all = new ArrayList<>(RecordLadder.of(record));
        all.removeIf(step -> segments.rungs().stream().anyMatch(step::isShownBy));
        all.addAll(segments.rungs());
        all.sort(Rung.ORDER);
        int closing = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).closes()) {
                all.set(i, all.get(i).numbered(++closing));
            }
        }
        long start = record.identity().startEpochNanos();
        long first = all.isEmpty() ? start : Math.min(start, all.get(0).atEpochNanos());
        long last = start + record.durationNanos();
        List<LadderLine> lines = new ArrayList<>();
        long earliest = Math.min(first, earliestEvidence(record));
        if (earliest < first && continuesEarlier(record)) {
            lines.add(new Break(first - earliest, Passed.EARLIER, null));
        } else {
            earliest = first;
        }
        lines.addAll(new Breaks(record, segments.seen(), first).between(all, KEPT_OF_EACH_END, last));
        return new Ladder(earliest, List.copyOf(lines), last, record.closed(), record.single());
    }

    /** Whether it is the later part of a connection: what is found of it is found of the whole. */
    private static boolean continuesEarlier(SessionRecord record) {
        LegWire wire = record.client().wire();
        return wire != null && wire.continuesEarlier();
    }

    private static long earliestEvidence(SessionRecord record) {
        Diagnosed diagnosed = record.diagnosed();
        return diagnosed == null
                ? Long.MAX_VALUE
                : diagnosed.findings().stream()
                        .flatMap(each -> each.finding().evidence().stream())
                        .mapToLong(Evidence::atEpochNanos)
                        .filter(at -> at != Evidence.TIMELESS)
                        .min()
                        .orElse(Long.MAX_VALUE);
    }

    /** The steps, in order of time. */
    public List<Rung> rungs() {
        return lines.stream()
                .filter(Rung.class::isInstance)
                .map(Rung.class::cast)
                .toList();
    }

    /** How many steps in the middle are left out. */
    public int omitted() {
        return lines.stream()
                .filter(Omission.class::isInstance)
                .mapToInt(line -> ((Omission) line).rungs())
                .sum();
    }

    /** Puts between the steps what is known of the time between them. */
    private static final class Breaks {
        private final Passage client;
        private final @Nullable Passage upstream;
        private final List<LadderLine> lines = new ArrayList<>();
        private long shownTo;

        Breaks(SessionRecord record, List<Seen> seen, long fromEpochNanos) {
            client = new Passage(record, record.client(), seen);
            upstream = record.single() ? null : new Passage(record, record.upstream(), seen);
            shownTo = fromEpochNanos;
        }

        List<LadderLine> between(List<Rung> all, int ofEachEnd, long toEpochNanos) {
            int omitted = Math.max(0, all.size() - 2 * ofEachEnd);
            for (int i = 0; i < all.size(); i++) {
                Rung rung = all.get(i);
                if (omitted > 0 && i == ofEachEnd) {
                    i += omitted - 1;
                    omit(all.subList(ofEachEnd, ofEachEnd + omitted));
                } else {
                    until(rung.atEpochNanos());
                    lines.add(rung);
                    shownTo = Math.max(shownTo, rung.untilEpochNanos());
                }
            }
            if (!all.isEmpty()) {
                until(toEpochNanos);
            }
            return List.copyOf(lines);
        }

        private void omit(List<Rung> rungs) {
            long from = rungs.get(0).atEpochNanos();
            until(from);
            long to = rungs.stream().mapToLong(Rung::untilEpochNanos).max().orElse(from);
            lines.add(new Omission(rungs.size(), to - from));
            Passed byClient = client.between(from, to);
            Passed byUpstream = upstream == null ? null : upstream.between(from, to);
            // Of the time in which the steps left out lie, only what was not drawn anyway is worth a line.
            if (byClient.kind() == Passed.Kind.NOT_KEPT
                    || (byUpstream != null && byUpstream.kind() == Passed.Kind.NOT_KEPT)) {
                lines.add(new Break(to - from, byClient, byUpstream));
            }
            shownTo = Math.max(shownTo, to);
        }

        private void until(long atEpochNanos) {
            long from = hides(shownTo, atEpochNanos) ? shownTo : settled(atEpochNanos);
            List<Long> ends = new ArrayList<>();
            ends.addAll(client.turns(from, atEpochNanos, BREAK_NANOS));
            if (upstream != null) {
                ends.addAll(upstream.turns(from, atEpochNanos, BREAK_NANOS));
            }
            ends.add(atEpochNanos);
            ends.sort(null);
            for (long end : ends) {
                if (end - from >= BREAK_NANOS || end == atEpochNanos) {
                    part(from, end);
                    from = end;
                }
            }
        }

        /** From when on nothing belongs to the step shown last. */
        private long settled(long beforeEpochNanos) {
            long byClient = client.settledAfter(shownTo, beforeEpochNanos);
            return upstream == null ? byClient : Math.max(byClient, upstream.settledAfter(shownTo, beforeEpochNanos));
        }

        /** Whether segments that are not kept, and were not counted yet, lie in this stretch, however short it is. */
        private boolean hides(long from, long to) {
            return client.hides(from, to) || (upstream != null && upstream.hides(from, to));
        }

        private void part(long from, long to) {
            if (to - from >= BREAK_NANOS || hides(from, to)) {
                Break here = new Break(
                        to - from, client.between(from, to), upstream == null ? null : upstream.between(from, to));
                Break before = lines.isEmpty() || !(lines.get(lines.size() - 1) instanceof Break last) ? null : last;
                if (before != null && before.client.equals(here.client) && equal(before.upstream, here.upstream)) {
                    lines.set(lines.size() - 1, new Break(before.nanos + here.nanos, here.client, here.upstream));
                } else {
                    lines.add(here);
                }
            }
        }

        private static boolean equal(@Nullable Passed one, @Nullable Passed other) {
            return java.util.Objects.equals(one, other);
        }
    }
}
