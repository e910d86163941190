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
import java.util.Optional;

/**
 * Segments to a peer are lost, or its acknowledgements: they are sent again and again without progress, while its window is
 * open. Proved where other segments of the peer keep coming meanwhile; where it is not heard either, it may have vanished.
 */
public final class NetworkLoss implements Rule {
    private static final long TWICE = 2;

    private final Leg leg;

    /** Watches the way to the peer of this leg. */
    public NetworkLoss(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        Fact<Long> since = it.unackedSince;
        if (since == null
                || !Phase.goesOn(snapshot)
                || Phase.or(it.backoffs, 0) < TWICE
                || it.zeroWindowSince != null
                || snapshot.nanosSince(since.value())
                        < snapshot.thresholds().unacknowledged().toNanos()
                || FinLost.onlyFinOutstanding(it)
                || PeerVanished.since(snapshot, it) != null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.NETWORK_LOSS,
                Phase.network(leg),
                confidence(it, since.value()),
                leg,
                since.value(),
                proof(it).peer(it).pieces()));
    }

    /**
     * Whether the peer was heard of after it should have acknowledged. Not known to be heard is no surer than not heard; and
     * without a round trip a segment that was under way before may be what was heard.
     */
    static Confidence confidence(LegSnapshot leg, long sinceEpochNanos) {
        Fact<Long> heard = leg.lastHeardAt;
        if (heard == null || heard.value() <= sinceEpochNanos + Phase.reactionNanos(leg)) {
            return Confidence.POSSIBLE;
        }
        return leg.smoothedRttNanos == null ? Confidence.LIKELY : Confidence.PROVED;
    }

    /** What is known of segments that are not acknowledged. */
    static Proof proof(LegSnapshot it) {
        return new Proof(it.leg)
                .at(Clue.UNACKNOWLEDGED_SINCE, it.unackedSince)
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, it.unackedSegments)
                .amount(Clue.BACKOFFS, it.backoffs)
                .amount(Clue.RETRANSMITS_SENT, it.retransmitsSent)
                .at(Clue.LAST_SENT, it.lastSentAt)
                .at(Clue.LAST_HEARD, it.lastHeardAt)
                .amount(Clue.ICMP_ERRORS, it.icmpErrors)
                .word(Clue.LAST_ICMP, it.lastIcmp);
    }
}
