package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;

/**
 * A peer closed while bytes for it lay unread, so that its kernel sent RST instead of FIN, and bytes are lost. Of an upstream
 * that is said when it had not answered, or bytes were still on the way to it. A client may stop when it likes: there it is
 * said only when bytes are lost, and blames nobody.
 */
public final class ResetWithUnread implements Rule {
    private final Leg leg;

    /** Watches the peer of this leg. */
    public ResetWithUnread(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark rst = Phase.reset(it);
        if (rst == null
                || it.bytesSent.value() == 0
                || !Phase.endedByPeers(snapshot)
                || !closedAtOnce(it, rst)
                || snapshot.client().peerFin != null
                || ResetInjected.byTtl(it, rst)
                || ResetAfterIdle.is(snapshot, it)
                || !lost(it, rst)) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.RESET_WITH_UNREAD,
                leg == Leg.CLIENT ? Blame.NOBODY : Blame.UPSTREAM,
                confidence(it),
                leg,
                rst.at().value(),
                new Proof(leg)
                        .turn(it)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .unacknowledged(it)
                        .peer(it)
                        .pieces()));
    }

    /** Whether neither end had finished, or the peer only as part of its close(), after it had taken everything. */
    private static boolean closedAtOnce(LegSnapshot leg, LegSnapshot.Mark rst) {
        LegSnapshot.Mark fin = leg.peerFin;
        if (fin == null || leg.localFin != null) {
            return leg.localFin == null;
        }
        return rst.at().value() - fin.at().value() <= Phase.reactionNanos(leg)
                && Phase.or(leg.lastSentAt, Long.MAX_VALUE) <= fin.at().value()
                && Phase.or(leg.bytesAcknowledged, -1) >= leg.bytesSent.value();
    }

    private static boolean lost(LegSnapshot leg, LegSnapshot.Mark rst) {
        if (PeerView.unread(leg) || onTheWay(leg)) {
            return true;
        }
        boolean atOnce = rst.at().value() - Turn.lastBytesAt(leg) <= Phase.reactionNanos(leg);
        return leg.leg == Leg.UPSTREAM && Turn.unanswered(leg) && atOnce;
    }

    private static boolean onTheWay(LegSnapshot leg) {
        Fact<Long> acknowledged = leg.bytesAcknowledged;
        return acknowledged != null && acknowledged.value() < leg.bytesSent.value();
    }

    private static Confidence confidence(LegSnapshot leg) {
        if (PeerView.unread(leg)) {
            return Confidence.PROVED;
        }
        return leg.bytesAcknowledged != null && !onTheWay(leg) ? Confidence.LIKELY : Confidence.POSSIBLE;
    }
}
