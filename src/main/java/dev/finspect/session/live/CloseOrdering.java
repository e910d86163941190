package dev.finspect.session.live;

import dev.finspect.record.CloseAct;
import java.util.Arrays;
import java.util.List;

/** The acts of a closing in their order, each step at most once; empty before the first. */
final class CloseOrdering {
    private static final CloseAct[] NONE = {};

    private CloseAct[] acts = NONE;

    /** Appends {@code act}, unless the same step is there already. */
    void add(CloseAct act) {
        for (CloseAct before : acts) {
            if (before.sameStep(act)) {
                return;
            }
        }
        acts = Arrays.copyOf(acts, acts.length + 1);
        acts[acts.length - 1] = act;
    }

    /** The acts so far, unmodifiable. */
    List<CloseAct> acts() {
        return List.of(acts);
    }
}
