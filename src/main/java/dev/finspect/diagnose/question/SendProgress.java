package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was sent to a peer makes progress. The peer may be gone, may not read, or segments may be lost. At most one of
 * the three holds for a leg: a peer that is gone neither reads nor acknowledges, and a closed window is no loss. Pure.
 */
public final class SendProgress {
    private static final long SEVERAL = 3;

    private SendProgress() {}

    /** Since when nothing of any kind came from a peer that should acknowledge or answer probes; null while it is heard. */
    public static @Nullable Long vanishedSince(Snapshot snapshot, LegSnapshot leg) {
        long heard = heardAt(leg);
        Long since = null;
        if (leg.unackedSince != null && Numbers.or(leg.backoffs, 0) >= SEVERAL) {
            since = Math.max(leg.unackedSince.value(), heard);
        } else if (leg.lastHeardAt != null && Numbers.or(leg.probes, 0) >= SEVERAL) {
            since = heard;
        }
        boolean isLong = since != null
                && snapshot.nanosSince(since)
                        >= snapshot.thresholds().vanished().toNanos();
        return isLong ? since : null;
    }

    /** When anything of this peer was heard last; {@link Long#MIN_VALUE} where that is not known. */
    public static long heardAt(LegSnapshot leg) {
        long heard =
                Math.max(Numbers.or(leg.lastHeardAt, Long.MIN_VALUE), Numbers.or(leg.lastReceivedAt, Long.MIN_VALUE));
        return leg.peerFin == null ? heard : Math.max(heard, leg.peerFin.at().value());
    }

    /** Since when this peer does not read; null while it does, or not for long enough, or where it is gone altogether. */
    public static @Nullable Fact<Long> notReadingSince(Snapshot snapshot, LegSnapshot leg) {
        Fact<Long> since = leg.zeroWindowSince;
        Duration threshold = snapshot.thresholds().zeroWindow();
        if (since == null
                || !SessionPhase.isLive(snapshot)
                || snapshot.nanosSince(since.value()) < threshold.toNanos()
                || ReadProgress.reads(snapshot, leg, threshold)
                || vanishedSince(snapshot, leg) != null) {
            return null;
        }
        return since;
    }

    /**
     * How sure it is that segments are lost rather than the peer gone: whether the peer was heard after it should have
     * acknowledged. Without a round-trip time, what was heard may have been on its way before.
     */
    public static Confidence ofLoss(LegSnapshot leg, long sinceEpochNanos) {
        Fact<Long> heard = leg.lastHeardAt;
        if (heard == null || heard.value() <= sinceEpochNanos + SessionPhase.reactionNanos(leg)) {
            return Confidence.POSSIBLE;
        }
        return leg.smoothedRttNanos == null ? Confidence.LIKELY : Confidence.PROVED;
    }

    /** What is known of segments that are not acknowledged. */
    public static EvidenceList unacknowledged(LegSnapshot leg) {
        return new EvidenceList(leg.leg)
                .at(Clue.UNACKNOWLEDGED_SINCE, leg.unackedSince)
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, leg.unackedSegments)
                .amount(Clue.BACKOFFS, leg.backoffs)
                .amount(Clue.RETRANSMITS_SENT, leg.retransmitsSent)
                .at(Clue.LAST_SENT, leg.lastSentAt)
                .at(Clue.LAST_HEARD, leg.lastHeardAt)
                .amount(Clue.ICMP_ERRORS, leg.icmpErrors)
                .word(Clue.LAST_ICMP, leg.lastIcmp);
    }

    /** What is known of the peer's closed window. */
    public static EvidenceList closedWindow(LegSnapshot leg) {
        return new EvidenceList(leg.leg)
                .at(Clue.WINDOW_CLOSED, leg.zeroWindowSince)
                .amount(Clue.NOT_SENT, leg.notSentBytes)
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, leg.unackedSegments)
                .amount(Clue.PROBES_UNANSWERED, leg.probes)
                .at(Clue.LAST_SENT, leg.lastSentAt)
                .at(Clue.LAST_HEARD, leg.lastHeardAt);
    }
}
