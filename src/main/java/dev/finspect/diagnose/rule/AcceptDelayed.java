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
import dev.finspect.tcp.Source;
import java.util.Optional;

/**
 * finspect itself accepted late. While the session lives it is so until the client has got its first byte: from then on it
 * works, and does not hang. The closing record has it in any case, since finspect does not hide what it did.
 */
public final class AcceptDelayed implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot leg = snapshot.client();
        Fact<Long> delay = leg.acceptDelayNanos;
        if (delay == null || delay.value() < snapshot.thresholds().accept().toNanos()) {
            return Optional.empty();
        }
        if (!snapshot.over() && leg.bytesSent.value() > 0) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.ACCEPT_DELAYED,
                Blame.FINSPECT,
                delay.source() == Source.INFERRED ? Confidence.LIKELY : Confidence.PROVED,
                Leg.CLIENT,
                since(snapshot, leg, delay.value()),
                new Proof(Leg.CLIENT)
                        .at(Clue.ACK_RECEIVED, leg.ackAt)
                        .amount(Clue.ACCEPT_DELAY, delay)
                        .pieces()));
    }

    private static long since(Snapshot snapshot, LegSnapshot leg, long delayNanos) {
        if (leg.ackAt != null) {
            return leg.ackAt.value();
        }
        Fact<Long> accepted = leg.establishedAt;
        return (accepted == null ? snapshot.nowEpochNanos() : accepted.value()) - delayNanos;
    }
}
