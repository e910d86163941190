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
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The upstream answered a half-close by closing or resetting everything, though a request had just been sent with it. What a
 * client says when it leaves (a close_notify, Terminate, QUIT) is followed by a FIN as well and wants no answer, and so is
 * what is sent to a service that never answers: it is said only of an upstream that has not yet spoken, or that resets.
 */
public final class HalfCloseRefused implements Rule {
    private static final long TOGETHER_NANOS = Duration.ofSeconds(1).toNanos();

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.upstream();
        LegSnapshot.Mark fin = it.localFin;
        LegSnapshot.Mark rst = Phase.reset(it);
        LegSnapshot.Mark end = it.peerFin == null ? rst : it.peerFin;
        if (fin == null || end == null || !asked(snapshot, fin.at().value())) {
            return Optional.empty();
        }
        long endAfterNanos = end.at().value() - fin.at().value();
        Confidence confidence = confidence(it, rst != null);
        if (endAfterNanos < 0 || endAfterNanos > Phase.reactionNanos(it) || confidence == null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.HALF_CLOSE_REFUSED,
                Blame.UPSTREAM,
                confidence,
                Leg.UPSTREAM,
                end.at().value(),
                new Proof(Leg.UPSTREAM)
                        .turn(it)
                        .at(Clue.FIN_SENT, fin.at())
                        .at(Clue.FIN_RECEIVED, it.peerFin == null ? null : it.peerFin.at())
                        .at(Clue.RST_RECEIVED, rst == null ? null : rst.at())
                        .pieces()));
    }

    private static boolean asked(Snapshot snapshot, long finAt) {
        LegSnapshot it = snapshot.upstream();
        Fact<Long> sent = it.lastSentAt;
        return Phase.endedByPeers(snapshot)
                && snapshot.client().bytesReceived.value() > 0
                && sent != null
                && Turn.unanswered(it)
                && !Turn.speaksUnasked(snapshot.client())
                && !Turn.mute(it)
                && Math.abs(finAt - sent.value()) <= TOGETHER_NANOS;
    }

    private static @Nullable Confidence confidence(LegSnapshot upstream, boolean reset) {
        boolean answersElsewhere = Boolean.TRUE.equals(upstream.speaksElsewhere);
        if (upstream.bytesReceived.value() == 0) {
            return reset || answersElsewhere ? Confidence.LIKELY : Confidence.POSSIBLE;
        }
        boolean large = upstream.turnBytesSent != null && !Turn.small(upstream);
        return reset && large ? Confidence.POSSIBLE : null;
    }
}
