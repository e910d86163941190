package dev.finspect.session;

import dev.finspect.record.Attempt;
import dev.finspect.record.LegWire;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who tells what was captured of one session: of its legs, and of its failed attempts. Set by one thread, that of the
 * capture; asked by any.
 */
public final class Witnesses {
    private volatile @Nullable WireWitness client;
    private volatile @Nullable WireWitness upstream;
    private volatile List<@Nullable WireWitness> attempts = List.of();

    Witnesses() {}

    /** Sets who tells of a leg; asked once for each record. */
    public void ofLeg(Leg leg, @Nullable WireWitness witness) {
        if (leg == Leg.CLIENT) {
            client = witness;
        } else {
            upstream = witness;
        }
    }

    /** Who tells of a leg; null while nobody does. */
    @Nullable
    WireWitness ofLeg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** Sets who tells of a failed attempt, by its place from 0. */
    public void ofAttempt(int attempt, WireWitness witness) {
        List<@Nullable WireWitness> all = new ArrayList<>(attempts);
        while (all.size() <= attempt) {
            all.add(null);
        }
        all.set(attempt, witness);
        attempts = all;
    }

    /**
     * The capture has told all that it will of the session, which has ended: what it says now is kept, and who says it is let
     * go, since the history keeps sessions for long.
     */
    public void settle() {
        client = settled(client);
        upstream = settled(upstream);
        if (!attempts.isEmpty()) {
            List<@Nullable WireWitness> all = new ArrayList<>(attempts);
            all.replaceAll(Witnesses::settled);
            attempts = all;
        }
    }

    /** Whether somebody tells of a leg. */
    boolean any() {
        return client != null || upstream != null;
    }

    /** What was captured of a leg so far; null when nothing was. */
    @Nullable
    LegWire testimony(Leg leg) {
        return testimony(ofLeg(leg));
    }

    /** The attempts, each with what was captured of it. */
    List<Attempt> into(List<Attempt> bare) {
        List<@Nullable WireWitness> witnesses = attempts;
        if (witnesses.isEmpty()) {
            return bare;
        }
        List<Attempt> all = new ArrayList<>(bare);
        for (int i = 0; i < witnesses.size() && i < all.size(); i++) {
            all.set(i, all.get(i).with(testimony(witnesses.get(i))));
        }
        return List.copyOf(all);
    }

    private static @Nullable WireWitness settled(@Nullable WireWitness witness) {
        LegWire last = testimony(witness);
        return last == null ? null : () -> last;
    }

    private static @Nullable LegWire testimony(@Nullable WireWitness witness) {
        return witness == null ? null : witness.testimony();
    }
}
