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
 * A request was sent just as the upstream closed: it crossed the upstream's FIN, and met an RST. The idle time-outs of both
 * sides do not fit. What a client says after it was told the end, a TLS close_notify for one, is no request.
 */
public final class ReusedWhileClosing implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.upstream();
        LegSnapshot.Mark fin = it.peerFin;
        LegSnapshot.Mark rst = Phase.reset(it);
        Fact<Long> sent = it.lastSentAt;
        if (fin == null || rst == null || sent == null || !Phase.endedByPeers(snapshot) || !Turn.unanswered(it)) {
            return Optional.empty();
        }
        long finAt = fin.at().value();
        boolean clientFirst = it.localFin != null && it.localFin.at().value() < finAt;
        boolean crossed = Math.abs(sent.value() - finAt) <= Phase.reactionNanos(it);
        boolean taken = Phase.or(it.bytesAcknowledged, -1) >= it.bytesSent.value();
        if (clientFirst || !crossed || taken || goodbye(snapshot, it, finAt)) {
            return Optional.empty();
        }
        Rest rest = Rest.before(it, sent.value());
        return Optional.of(new Finding(
                FindingId.REUSED_WHILE_CLOSING,
                Blame.CONFIGURATION,
                afterFin(it) > 0 ? Confidence.LIKELY : Confidence.POSSIBLE,
                Leg.UPSTREAM,
                finAt,
                new Proof(Leg.UPSTREAM)
                        .amount(Clue.RESTED, rest == null ? null : rest.nanos())
                        .at(Clue.FIN_RECEIVED, fin.at())
                        .at(Clue.LAST_SENT, sent)
                        .amount(Clue.SENT_AFTER_FIN, it.bytesSentAfterPeerFin)
                        .amount(Clue.TURN_SENT, it.turnBytesSent)
                        .at(Clue.RST_RECEIVED, rst.at())
                        .pieces()));
    }

    private static long afterFin(LegSnapshot leg) {
        return Phase.or(leg.bytesSentAfterPeerFin, 0);
    }

    /**
     * Small, and sent to an upstream that took its leave in the same breath as it closed, as TLS does; a bare FIN after a rest
     * is nothing that one answers.
     */
    private static boolean goodbye(Snapshot snapshot, LegSnapshot upstream, long finAt) {
        long lastWord = Phase.or(upstream.lastReceivedAt, Long.MIN_VALUE / 2);
        boolean spokeLately =
                finAt - lastWord < snapshot.thresholds().idleBeforeReset().toNanos();
        return spokeLately && (upstream.turnBytesSent == null || Turn.small(upstream));
    }
}
