package dev.finspect.session.explain;

import dev.finspect.session.SessionRecord;
import dev.finspect.session.join.KeptCapture;
import java.util.ArrayList;
import java.util.List;

/**
 * Both legs of a session on one clock.
 *
 * @param fromEpochNanos what its times are counted from: accept(), or the first step where that came before
 * @param rungs in order of time; FINs and RSTs are numbered
 * @param omitted how many rungs in the middle are left out
 * @param toEpochNanos the moment of the record
 * @param over whether the session had ended then
 * @param single whether it has one connection alone, whose other end is a peer as well
 */
public record Ladder(
        long fromEpochNanos, List<Rung> rungs, int omitted, long toEpochNanos, boolean over, boolean single) {
    /** How many of the first and of the last rungs are kept. */
    private static final int KEPT_OF_EACH_END = 20;

    /**
     * What is known of a session.
     *
     * @param kept headers of its segments; empty when none are kept. The record supplies the steps of a leg
     *     without kept headers, and steps with bytes where segments with bytes were not captured
     */
    static Ladder of(SessionRecord record, List<KeptCapture> kept) {
        List<Rung> all = new ArrayList<>(RecordLadder.of(record));
        if (!kept.isEmpty()) {
            List<Rung> segments = SegmentLadder.of(record, kept);
            all.removeIf(step -> segments.stream().anyMatch(step::isShownBy));
            all.addAll(segments);
            all.sort(Rung.ORDER);
        }
        int closing = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).closes()) {
                all.set(i, all.get(i).numbered(++closing));
            }
        }
        long start = record.identity().startEpochNanos();
        long first = all.isEmpty() ? start : Math.min(start, all.get(0).atEpochNanos());
        int omitted = Math.max(0, all.size() - 2 * KEPT_OF_EACH_END);
        all.subList(Math.min(KEPT_OF_EACH_END, all.size()), Math.min(KEPT_OF_EACH_END, all.size()) + omitted)
                .clear();
        return new Ladder(
                first, List.copyOf(all), omitted, start + record.durationNanos(), record.closed(), record.single());
    }

    /** How many rungs precede those that are left out; -1 when none are. */
    int omittedAfter() {
        return omitted == 0 ? -1 : KEPT_OF_EACH_END;
    }
}
