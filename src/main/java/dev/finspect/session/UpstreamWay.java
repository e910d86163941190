package dev.finspect.session;

import dev.finspect.record.LegRecord;
import dev.finspect.tcp.ConnectResult;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way of one session to its upstream: names looked up, addresses tried, and the one that was reached. */
final class UpstreamWay {
    private List<LegRecord.Lookup> lookups = List.of();
    private List<LegRecord.Attempt> attempts = List.of();
    private @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress local;
    private @Nullable Attempting attempting;

    void lookedUp(SessionEvent.LookedUp e) {
        lookups = with(lookups, new LegRecord.Lookup(e.name(), e.durationNanos(), e.addresses(), e.error()));
    }

    void begun(SessionEvent.AttemptBegun e) {
        tried().begun(e);
    }

    void sampled(SessionEvent.AttemptSampled e) {
        tried().sampled(e.info());
    }

    void failed(SessionEvent.AttemptFailed e, SessionIdentity clock) {
        tried().failed(e, clock);
        attempts = with(
                attempts,
                new LegRecord.Attempt(
                        e.target(), e.address(), e.local(), e.result(), e.detail(), e.durationNanos(), null));
    }

    void connected(SessionEvent.Connected e) {
        attempts = with(
                attempts,
                new LegRecord.Attempt(
                        e.target(), e.peer(), e.local(), ConnectResult.CONNECTED, null, e.durationNanos(), null));
        peer = e.peer();
        local = e.local();
        Attempting before = attempting;
        if (before != null) {
            before.connected();
            attempting = before.nothingFailed() ? null : before;
        }
    }

    List<LegRecord.Lookup> lookups() {
        return lookups;
    }

    /** Those that have ended, in their order. */
    List<LegRecord.Attempt> attempts() {
        return attempts;
    }

    /** What the last attempt came to; {@link ConnectResult#FAILED} before the first has ended. */
    ConnectResult lastResult() {
        return attempts.isEmpty()
                ? ConnectResult.FAILED
                : attempts.get(attempts.size() - 1).result();
    }

    /** The upstream's address; null before it is reached. */
    @Nullable
    InetSocketAddress peer() {
        return peer;
    }

    /** finspect's own end of that connection. */
    @Nullable
    InetSocketAddress local() {
        return local;
    }

    /** The attempts to connect that matter to rules; null when one connected at once, or before the first. */
    @Nullable
    Attempting attempting() {
        return attempting;
    }

    private Attempting tried() {
        Attempting begun = attempting;
        if (begun == null) {
            begun = new Attempting();
            attempting = begun;
        }
        return begun;
    }

    private static <T> List<T> with(List<T> some, T more) {
        if (some.isEmpty()) {
            return List.of(more);
        }
        List<T> all = new ArrayList<>(some.size() + 1);
        all.addAll(some);
        all.add(more);
        return List.copyOf(all);
    }
}
