package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * finspect's FIN is not acknowledged though all bytes before it are, and was sent again. A FIN that waits behind bytes which
 * do not fit the window has not been sent, and one that nobody could acknowledge belongs to a peer that has vanished.
 */
public final class FinLost implements Rule {
    private final Leg leg;

    /** Watches the FIN sent on this leg. */
    public FinLost(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark fin = it.localFin;
        if (fin == null || !Phase.goesOn(snapshot) || !onlyFinOutstanding(it) || it.zeroWindowSince != null) {
            return Optional.empty();
        }
        long since = Math.max(fin.at().value(), Phase.or(it.unackedSince, Long.MIN_VALUE));
        if (snapshot.nanosSince(since)
                        < snapshot.thresholds().finUnacknowledged().toNanos()
                || sentOnce(it, fin)
                || PeerVanished.since(snapshot, it) != null) {
            return Optional.empty();
        }
        boolean known = it.unackedSince != null && (fin.retransmits() != null || it.backoffs != null);
        return Optional.of(new Finding(
                FindingId.FIN_LOST,
                Phase.network(leg),
                known ? NetworkLoss.confidence(it, since) : Confidence.POSSIBLE,
                leg,
                since,
                NetworkLoss.proof(it)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.FIN_RETRANSMITS, fin.retransmits())
                        .word(Clue.LOCAL_STATE, Proof.label(it.state))
                        .peer(it)
                        .pieces()));
    }

    /** Whether finspect's FIN is unacknowledged, and it alone. */
    static boolean onlyFinOutstanding(LegSnapshot leg) {
        LegSnapshot.Mark fin = leg.localFin;
        return fin != null
                && Boolean.FALSE.equals(acknowledged(leg, fin))
                && Phase.or(leg.notSentBytes, 0) == 0
                && Phase.or(leg.unackedSegments, 0) <= 1
                && Phase.or(leg.bytesAcknowledged, leg.bytesSent.value()) >= leg.bytesSent.value();
    }

    /** Whether finspect's FIN is acknowledged, by the wire, by the state of its end, or by its queue; null where nobody knows. */
    static @Nullable Boolean acknowledged(LegSnapshot leg, LegSnapshot.Mark fin) {
        if (fin.acknowledged() != null) {
            return fin.acknowledged().value();
        }
        Fact<TcpState> state = leg.state;
        if (state == null) {
            return leg.allAcknowledged();
        }
        return switch (state.value()) {
            case FIN_WAIT_2, TIME_WAIT -> true;
            case FIN_WAIT_1, CLOSING, LAST_ACK -> false;
            default -> leg.allAcknowledged();
        };
    }

    private static boolean sentOnce(LegSnapshot leg, LegSnapshot.Mark fin) {
        boolean known = fin.retransmits() != null || leg.backoffs != null;
        return known && !Phase.positive(fin.retransmits()) && !Phase.positive(leg.backoffs);
    }
}
