package dev.finspect.session;

import dev.finspect.record.CloseAct;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The acts of a closing in their order, each word at most once; holds nothing before the first. */
final class CloseOrder {
    private static final CloseAct[] NONE = {};

    private CloseAct[] acts = NONE;

    /** Appends {@code act}, unless its word is there already. */
    void add(CloseAct act) {
        for (CloseAct before : acts) {
            if (before.label().equals(act.label())) {
                return;
            }
        }
        acts = Arrays.copyOf(acts, acts.length + 1);
        acts[acts.length - 1] = act;
    }

    @Nullable
    CloseAct first() {
        return acts.length == 0 ? null : acts[0];
    }

    /** The words of the acts, unmodifiable. */
    List<String> labels() {
        String[] labels = new String[acts.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = acts[i].label();
        }
        return List.of(labels);
    }
}
