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
 * The upstream closed with a FIN in reply to a request, without a byte. Not where the client was leaving by itself, nor where it
 * waits for no answers; a FIN long after the request may have ended the upstream's own wait for the rest of it.
 */
public final class EmptyReply implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.upstream();
        LegSnapshot.Mark fin = it.peerFin;
        Fact<Long> sent = it.lastSentAt;
        if (fin == null
                || sent == null
                || !asked(snapshot)
                || leaving(snapshot, fin.at().value())) {
            return Optional.empty();
        }
        long afterNanos = fin.at().value() - sent.value();
        if (afterNanos < 0) {
            return Optional.empty();
        }
        boolean isLong = afterNanos >= snapshot.thresholds().idleBeforeReset().toNanos();
        boolean sure = !isLong
                && !Turn.small(it)
                && snapshot.client().unansweredTurns != null
                && (it.bytesReceived.value() == 0 || it.turnBytesSent != null);
        return Optional.of(new Finding(
                FindingId.EMPTY_REPLY,
                Blame.UPSTREAM,
                sure ? Confidence.LIKELY : Confidence.POSSIBLE,
                Leg.UPSTREAM,
                fin.at().value(),
                new Proof(Leg.UPSTREAM).turn(it).at(Clue.FIN_RECEIVED, fin.at()).pieces()));
    }

    private static boolean asked(Snapshot snapshot) {
        LegSnapshot it = snapshot.upstream();
        return Phase.endedByPeers(snapshot)
                && snapshot.client().bytesReceived.value() > 0
                && Phase.reset(it) == null
                && Turn.unanswered(it)
                && !Turn.speaksUnasked(snapshot.client())
                && !Turn.mute(it);
    }

    /** Whether the client closed before it was told the upstream's end, or about then after a word too small for a request. */
    private static boolean leaving(Snapshot snapshot, long finAt) {
        LegSnapshot client = snapshot.client();
        LegSnapshot upstream = snapshot.upstream();
        if (upstream.localFin != null && upstream.localFin.at().value() <= finAt) {
            return true;
        }
        LegSnapshot.Mark own = client.peerFin == null ? client.peerRst : client.peerFin;
        if (own == null) {
            return false;
        }
        LegSnapshot.Mark told = client.localFin;
        boolean first = told == null || own.at().value() < told.at().value();
        boolean atOnce = own.at().value() - finAt <= Phase.reactionNanos(client);
        return first || (atOnce && Turn.small(upstream));
    }
}
