package dev.finspect.session;

import dev.finspect.record.Attempt;
import dev.finspect.record.LegRecord;
import dev.finspect.record.LegTrace;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What the kernel's tracing shows of one session. Written by the trace's thread, read by any thread. */
public final class SessionTrace {
    private volatile LegTrace client = LegTrace.NONE;
    private volatile LegTrace upstream = LegTrace.NONE;
    private volatile Map<Integer, LegTrace.Reset> attempts = Map.of();

    /** Adds to what is known of a leg. */
    public synchronized void add(Leg leg, UnaryOperator<LegTrace> more) {
        if (leg == Leg.CLIENT) {
            client = more.apply(client);
        } else {
            upstream = more.apply(upstream);
        }
    }

    /** The RST that answered an attempt, by its place from 0. */
    public synchronized void ofAttempt(int attempt, LegTrace.Reset reset) {
        Map<Integer, LegTrace.Reset> all = new HashMap<>(attempts);
        all.put(attempt, reset);
        attempts = Map.copyOf(all);
    }

    /** The record of a leg with what is known of it; {@code leg} itself where that is nothing. */
    public LegRecord into(LegRecord leg) {
        LegTrace known = leg.leg() == Leg.CLIENT ? client : upstream;
        return known.equals(LegTrace.NONE) ? leg : known.into(leg);
    }

    /** The attempts, each with what is known of it. */
    public List<Attempt> into(List<Attempt> bare) {
        Map<Integer, LegTrace.Reset> known = attempts;
        if (known.isEmpty()) {
            return bare;
        }
        List<Attempt> all = new ArrayList<>(bare);
        for (int i = 0; i < all.size(); i++) {
            all.set(i, LegTrace.into(all.get(i), known.get(i)));
        }
        return List.copyOf(all);
    }
}
