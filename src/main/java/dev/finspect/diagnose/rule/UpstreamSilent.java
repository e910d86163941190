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
 * The upstream's kernel has acknowledged the request, and nothing has come back since. Proved where its socket shows that its
 * program has not read it; a client that goes on speaking unanswered waits for no answer, and counts only then. Where the
 * program has read it, or nobody can see, it may be working, or have been told something that wants no answer.
 */
public final class UpstreamSilent implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot upstream = snapshot.upstream();
        if (!asked(snapshot)) {
            return Optional.empty();
        }
        Fact<Long> unread = PeerView.unreadSince(snapshot, upstream);
        if (unread != null) {
            long since = Math.max(unread.value(), Phase.or(upstream.lastReceivedAt, Long.MIN_VALUE));
            return Optional.of(finding(snapshot, Confidence.PROVED, since));
        }
        long sentAt = Turn.lastBytesAt(upstream);
        if (Turn.speaksUnasked(snapshot.client())
                || Turn.mute(upstream)
                || snapshot.nanosSince(sentAt) < Turn.patienceNanos(snapshot, upstream)) {
            return Optional.empty();
        }
        return Optional.of(finding(snapshot, doubtful(snapshot) ? Confidence.POSSIBLE : Confidence.LIKELY, sentAt));
    }

    private static boolean asked(Snapshot snapshot) {
        LegSnapshot upstream = snapshot.upstream();
        return Phase.goesOn(snapshot)
                && Phase.open(upstream)
                && !Phase.unheard(snapshot, upstream)
                && snapshot.client().bytesReceived.value() > 0
                && Turn.unanswered(upstream)
                && !Boolean.FALSE.equals(upstream.allAcknowledged());
    }

    private static boolean doubtful(Snapshot snapshot) {
        LegSnapshot upstream = snapshot.upstream();
        return upstream.allAcknowledged() == null
                || snapshot.client().unansweredTurns == null
                || Turn.speaksUnasked(upstream)
                || Turn.courtesy(upstream);
    }

    private static Finding finding(Snapshot snapshot, Confidence confidence, long since) {
        LegSnapshot upstream = snapshot.upstream();
        return new Finding(
                FindingId.UPSTREAM_SILENT,
                Blame.UPSTREAM,
                confidence,
                Leg.UPSTREAM,
                since,
                new Proof(Leg.UPSTREAM)
                        .turn(upstream)
                        .amount(Clue.LONGEST_ANSWER, upstream.longestAnswerNanos)
                        .peer(upstream)
                        .pieces());
    }
}
