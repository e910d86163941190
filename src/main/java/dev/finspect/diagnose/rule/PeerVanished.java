package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nothing of any kind comes back from a peer: what it was sent is not acknowledged over several retransmission time-outs, or
 * probes stay unanswered. Never proved, since a way that is cut both ways looks the same. A session that TCP gave up for that
 * reason has ended so.
 */
public final class PeerVanished implements Rule {
    private static final long SEVERAL = 3;

    private final Leg leg;

    /** Watches the peer of this leg. */
    public PeerVanished(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        Long since = Phase.goesOn(snapshot) ? since(snapshot, it) : givenUp(snapshot, it);
        if (since == null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.PEER_VANISHED,
                Phase.peer(leg),
                it.lastHeardAt == null && it.errno == null ? Confidence.POSSIBLE : Confidence.LIKELY,
                leg,
                since,
                NetworkLoss.proof(it)
                        .amount(Clue.PROBES_UNANSWERED, it.probes)
                        .error(Clue.ENDED_BY_ERROR, it.errno)
                        .pieces()));
    }

    /** Since when a live peer is not to be heard; null while it is, or not for long enough. */
    static @Nullable Long since(Snapshot snapshot, LegSnapshot leg) {
        long heard = heardAt(leg);
        Long since = null;
        if (leg.unackedSince != null && Phase.or(leg.backoffs, 0) >= SEVERAL) {
            since = Math.max(leg.unackedSince.value(), heard);
        } else if (leg.lastHeardAt != null && Phase.or(leg.probes, 0) >= SEVERAL) {
            since = heard;
        }
        boolean isLong = since != null
                && snapshot.nanosSince(since)
                        >= snapshot.thresholds().vanished().toNanos();
        return isLong ? since : null;
    }

    private static @Nullable Long givenUp(Snapshot snapshot, LegSnapshot leg) {
        Fact<Errno> errno = leg.errno;
        if (!Phase.endedByPeers(snapshot) || errno == null || errno.value().cause() != Errno.Cause.GIVEN_UP) {
            return null;
        }
        return leg.unackedSince == null
                ? Math.max(heardAt(leg), Phase.or(leg.establishedAt, snapshot.nowEpochNanos()))
                : leg.unackedSince.value();
    }

    private static long heardAt(LegSnapshot leg) {
        long heard = Math.max(Phase.or(leg.lastHeardAt, Long.MIN_VALUE), Phase.or(leg.lastReceivedAt, Long.MIN_VALUE));
        return leg.peerFin == null ? heard : Math.max(heard, leg.peerFin.at().value());
    }
}
