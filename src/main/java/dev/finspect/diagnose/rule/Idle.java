package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
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
 * Established and at rest, as a pooled connection is: the upstream had the last word, or who had it waits for no answer, and
 * everything is acknowledged and, as far as can be seen, read.
 */
public final class Idle implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot client = snapshot.client();
        LegSnapshot upstream = snapshot.upstream();
        if (!Phase.goesOn(snapshot) || !atRest(snapshot, client) || !atRest(snapshot, upstream) || awaited(snapshot)) {
            return Optional.empty();
        }
        long since = Math.max(Turn.lastBytesAt(client), Turn.lastBytesAt(upstream));
        if (snapshot.nanosSince(since) < snapshot.thresholds().idleBeforeReset().toNanos()) {
            return Optional.empty();
        }
        boolean sure = client.allAcknowledged() != null && upstream.allAcknowledged() != null;
        return Optional.of(new Finding(
                FindingId.IDLE,
                Blame.NOBODY,
                sure ? Confidence.PROVED : Confidence.LIKELY,
                null,
                since,
                new Proof(Leg.CLIENT)
                        .at(Clue.ESTABLISHED, client.establishedAt)
                        .turn(client)
                        .and(new Proof(Leg.UPSTREAM).turn(upstream))
                        .pieces()));
    }

    private static boolean atRest(Snapshot snapshot, LegSnapshot leg) {
        return Phase.open(leg)
                && !Phase.unheard(snapshot, leg)
                && !Boolean.FALSE.equals(leg.allAcknowledged())
                && leg.unackedSince == null
                && leg.zeroWindowSince == null
                && !PeerView.unread(leg);
    }

    private static boolean awaited(Snapshot snapshot) {
        LegSnapshot client = snapshot.client();
        if (Turn.unanswered(snapshot.upstream())) {
            return !Turn.speaksUnasked(client);
        }
        return client.bytesReceived.value() == 0 && !Turn.speaksUnasked(snapshot.upstream());
    }
}
