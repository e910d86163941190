package dev.finspect.session;

import dev.finspect.record.Attempt;
import dev.finspect.record.LegWire;
import dev.finspect.record.WireFacts;
import dev.finspect.tcp.Leg;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The captures of one session, of its legs and its failed attempts, and what the kernel's tracing shows of it. Set by the capture's
 * thread and the trace's, and once by the session's event loop, read by any thread.
 */
public final class SessionCaptures {
    /** What was captured of one leg, by estimate, without its headers. */
    public static final long LEG_BYTES = 6_000;

    private volatile @Nullable LegCapture client;
    private volatile @Nullable LegCapture upstream;
    private volatile List<@Nullable LegCapture> attempts = List.of();
    private volatile @Nullable SessionTrace trace;
    private volatile boolean followed;

    /** Sets what the kernel's tracing shows of the session. */
    public void traced(SessionTrace shown) {
        trace = shown;
    }

    /** What the kernel's tracing shows of the session; null where it is not traced. */
    public @Nullable SessionTrace trace() {
        return trace;
    }

    /** A capture follows the session from now on; the sources of its legs come later, some after its end. */
    public void followed() {
        followed = true;
    }

    /** Sets the source of a leg; read once for each record. */
    public void ofLeg(Leg leg, @Nullable LegCapture capture) {
        if (leg == Leg.CLIENT) {
            client = capture;
        } else {
            upstream = capture;
        }
    }

    /** The source of a leg; null while there is none. */
    public @Nullable LegCapture ofLeg(Leg leg) {
        return leg == Leg.CLIENT ? client : upstream;
    }

    /** Sets the source of a failed attempt, by its place from 0. */
    public void ofAttempt(int attempt, LegCapture capture) {
        List<@Nullable LegCapture> all = new ArrayList<>(attempts);
        while (all.size() <= attempt) {
            all.add(null);
        }
        all.set(attempt, capture);
        attempts = all;
    }

    /**
     * Keeps what the sources have captured so far and releases them. The session has ended, and the capture adds nothing more;
     * the history keeps sessions for long.
     */
    public void settle() {
        client = settled(client);
        upstream = settled(upstream);
        if (!attempts.isEmpty()) {
            List<@Nullable LegCapture> all = new ArrayList<>(attempts);
            all.replaceAll(SessionCaptures::settled);
            attempts = all;
        }
    }

    /**
     * Memory that the facts of a session with so many attempts take, those to come included, by estimate; at least as much as they
     * really do.
     */
    public long estimateBytes(int attempted) {
        return followed ? LEG_BYTES * (Leg.values().length + attempted) : 0;
    }

    /** Whether a leg has a source. */
    public boolean any() {
        return client != null || upstream != null;
    }

    /** What was captured of a leg so far; null when nothing was. */
    public @Nullable LegWire wire(Leg leg) {
        return wire(ofLeg(leg));
    }

    /** The attempts, each with what was captured and traced of it. */
    public List<Attempt> into(List<Attempt> bare) {
        SessionTrace traced = trace;
        List<Attempt> all = withCaptured(bare);
        return traced == null ? all : traced.into(all);
    }

    private List<Attempt> withCaptured(List<Attempt> bare) {
        List<@Nullable LegCapture> sources = attempts;
        if (sources.isEmpty()) {
            return bare;
        }
        List<Attempt> all = new ArrayList<>(bare);
        for (int i = 0; i < sources.size() && i < all.size(); i++) {
            all.set(i, WireFacts.into(all.get(i), wire(sources.get(i))));
        }
        return List.copyOf(all);
    }

    private static @Nullable LegCapture settled(@Nullable LegCapture capture) {
        LegWire last = wire(capture);
        return last == null ? null : () -> last;
    }

    private static @Nullable LegWire wire(@Nullable LegCapture capture) {
        return capture == null ? null : capture.wire();
    }
}
