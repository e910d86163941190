package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Evidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A peer's window has been closed for long, and bytes wait for it: its program does not read, or so slowly that the window
 * never opened. Proved by a segment that says so, by the kernel's account of it, or by the peer's own queue.
 */
public final class NotReading implements Rule {
    private final Leg leg;

    /** Watches the peer of this leg. */
    public NotReading(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        Fact<Long> since = since(snapshot, it);
        if (since == null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                leg == Leg.CLIENT ? FindingId.CLIENT_NOT_READING : FindingId.UPSTREAM_NOT_READING,
                Phase.peer(leg),
                confidence(it, since),
                leg,
                since.value(),
                proof(snapshot, it)));
    }

    /** Since when this peer does not read; null while it does, or not for long enough, or where it is gone altogether. */
    static @Nullable Fact<Long> since(Snapshot snapshot, LegSnapshot leg) {
        Fact<Long> since = leg.zeroWindowSince;
        Duration threshold = snapshot.thresholds().zeroWindow();
        if (since == null
                || !Phase.goesOn(snapshot)
                || snapshot.nanosSince(since.value()) < threshold.toNanos()
                || PeerView.moves(snapshot, leg, threshold)
                || PeerVanished.since(snapshot, leg) != null) {
            return null;
        }
        return since;
    }

    static Confidence confidence(LegSnapshot leg, Fact<Long> since) {
        return since.source() != Source.INFERRED || PeerView.unread(leg) ? Confidence.PROVED : Confidence.LIKELY;
    }

    private static List<Evidence> proof(Snapshot snapshot, LegSnapshot it) {
        LegSnapshot other = snapshot.leg(it.leg.other());
        return window(it)
                .peer(it)
                .and(new Proof(other.leg).at(Clue.READING_PAUSED, other.pausedSince))
                .pieces();
    }

    /** What is known of the peer's closed window. */
    static Proof window(LegSnapshot it) {
        return new Proof(it.leg)
                .at(Clue.WINDOW_CLOSED, it.zeroWindowSince)
                .amount(Clue.NOT_SENT, it.notSentBytes)
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, it.unackedSegments)
                .amount(Clue.PROBES_UNANSWERED, it.probes)
                .at(Clue.LAST_SENT, it.lastSentAt)
                .at(Clue.LAST_HEARD, it.lastHeardAt);
    }
}
