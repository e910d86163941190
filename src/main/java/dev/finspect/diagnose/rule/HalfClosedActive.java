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
 * A peer has been told the end long ago and goes on sending: half-closed, and alive. No hang, said so that nobody kills it.
 * From when on it would count as not closing if it were silent.
 */
public final class HalfClosedActive implements Rule {
    private final Leg leg;

    /** Watches the peer of this leg. */
    public HalfClosedActive(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark fin = it.localFin;
        Fact<Long> received = it.lastReceivedAt;
        if (fin == null || received == null || !halfClosed(snapshot, it, fin)) {
            return Optional.empty();
        }
        long notClosingNanos = snapshot.thresholds().notClosing().toNanos();
        if (received.value() <= fin.at().value()
                || snapshot.nanosSince(fin.at().value()) < notClosingNanos
                || snapshot.nanosSince(received.value()) >= notClosingNanos) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.HALF_CLOSED_ACTIVE,
                Blame.NOBODY,
                Confidence.PROVED,
                leg,
                fin.at().value(),
                new Proof(leg)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.RECEIVED_AFTER_FIN, it.bytesReceivedAfterLocalFin)
                        .at(Clue.LAST_RECEIVED, received)
                        .pieces()));
    }

    /** Whether the peer has had this FIN of finspect's, has not sent its own, and finspect reads what it sends. */
    static boolean halfClosed(Snapshot snapshot, LegSnapshot leg, LegSnapshot.Mark fin) {
        return leg.peerFin == null
                && Phase.goesOn(snapshot)
                && !Phase.unheard(snapshot, leg)
                && Boolean.TRUE.equals(FinLost.acknowledged(leg, fin));
    }
}
