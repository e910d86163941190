package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Leg;
import java.util.Optional;

/**
 * A connection had rested, and the next bytes met an RST: the peer, or a box on the way, had given it up without a word. Where
 * the RST does not look like the peer's, the way is to blame. A peer that had taken the bytes in closed on them instead.
 */
public final class ResetAfterIdle implements Rule {
    private final Leg leg;

    /** Watches the peer of this leg. */
    public ResetAfterIdle(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark rst = Phase.reset(it);
        if (rst == null || !is(snapshot, it)) {
            return Optional.empty();
        }
        Rest rest = Rest.before(it, rst.at().value());
        boolean sure = rest != null && rest.observed();
        return Optional.of(new Finding(
                FindingId.RESET_AFTER_IDLE,
                ResetInjected.byTtl(it, rst) ? Phase.network(leg) : Phase.peer(leg),
                sure ? Confidence.LIKELY : Confidence.POSSIBLE,
                leg,
                rst.at().value(),
                new Proof(leg)
                        .amount(Clue.RESTED, rest == null ? null : rest.nanos())
                        .at(Clue.LAST_SENT, it.lastSentAt)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt)
                        .unacknowledged(it)
                        .pieces()));
    }

    /** Whether bytes that ended a long rest of this leg met the peer's RST. */
    static boolean is(Snapshot snapshot, LegSnapshot leg) {
        LegSnapshot.Mark rst = Phase.reset(leg);
        if (rst == null || !Phase.endedByPeers(snapshot) || !Phase.open(leg) || !Turn.unanswered(leg)) {
            return false;
        }
        long rstAt = rst.at().value();
        Rest rest = Rest.before(leg, rstAt);
        boolean taken = Phase.or(leg.bytesAcknowledged, -1) >= leg.bytesSent.value();
        return rest != null
                && !taken
                && leg.zeroWindowSince == null
                && (rest.observed() || !heardFirst(leg))
                && rest.nanos().value()
                        >= snapshot.thresholds().idleBeforeReset().toNanos()
                && rstAt - metAt(leg, rest) <= Phase.reactionNanos(leg);
    }

    /** When bytes met the peer's end: those that ended the rest, or where that was not seen the latest. */
    private static long metAt(LegSnapshot leg, Rest rest) {
        return rest.observed() ? Phase.or(leg.lastRestEndedAt, Turn.lastBytesAt(leg)) : Turn.lastBytesAt(leg);
    }

    /** Whether the peer has acknowledged the first bytes of the turn: then it had not given the connection up. */
    private static boolean heardFirst(LegSnapshot leg) {
        long before = leg.bytesSent.value() - Phase.or(leg.turnBytesSent, 0);
        return leg.turnBytesSent != null && Phase.or(leg.bytesAcknowledged, -1) > before;
    }
}
