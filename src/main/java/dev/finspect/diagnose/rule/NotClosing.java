package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.TcpState;
import java.util.Optional;

/**
 * A peer's kernel has acknowledged finspect's FIN, and neither a FIN nor a byte has come since. Proved where the peer's socket
 * is seen in CLOSE-WAIT: its program was told the end and does not close.
 */
public final class NotClosing implements Rule {
    private final Leg leg;

    /** Watches the peer of this leg. */
    public NotClosing(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark fin = it.localFin;
        if (fin == null || !HalfClosedActive.halfClosed(snapshot, it, fin)) {
            return Optional.empty();
        }
        long since =
                Math.max(fin.at().value() + Phase.or(fin.ackNanos(), 0), Phase.or(it.lastReceivedAt, Long.MIN_VALUE));
        if (snapshot.nanosSince(since) < snapshot.thresholds().notClosing().toNanos() || closing(it)) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                leg == Leg.CLIENT ? FindingId.CLIENT_NOT_CLOSING : FindingId.UPSTREAM_NOT_CLOSING,
                Phase.peer(leg),
                PeerView.in(it, TcpState.CLOSE_WAIT) ? Confidence.PROVED : Confidence.LIKELY,
                leg,
                since,
                new Proof(leg)
                        .at(Clue.FIN_SENT, fin.at())
                        .amount(Clue.FIN_ACKNOWLEDGED, fin.ackNanos())
                        .word(Clue.LOCAL_STATE, Proof.label(it.state))
                        .at(Clue.LAST_RECEIVED, it.lastReceivedAt)
                        .at(Clue.LAST_SENT, it.lastSentAt)
                        .amount(Clue.RECEIVED_AFTER_FIN, it.bytesReceivedAfterLocalFin)
                        .peer(it)
                        .pieces()));
    }

    /** Whether the peer's socket shows that its program has closed by now. */
    private static boolean closing(LegSnapshot leg) {
        return PeerView.in(leg, TcpState.LAST_ACK)
                || PeerView.in(leg, TcpState.CLOSING)
                || PeerView.in(leg, TcpState.CLOSED)
                || PeerView.in(leg, TcpState.TIME_WAIT);
    }
}
