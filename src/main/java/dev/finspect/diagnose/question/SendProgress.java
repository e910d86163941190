package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.record.SendRefusal;
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
    public static @Nullable Long vanishedSince(Snapshot snapshot, LegRecord leg) {
        long heard = heardAt(leg);
        Long since = null;
        Long unackedSince = leg.data().flight().unackedSince().orNull();
        if (unackedSince != null && leg.data().flight().backoffs().or(0L) >= SEVERAL) {
            since = Math.max(unackedSince, heard);
        } else if (leg.data().flight().lastHeardAt().isKnown()
                && leg.data().flight().probes().or(0L) >= SEVERAL) {
            since = heard;
        }
        boolean isLong =
                since != null && snapshot.lasts(since, snapshot.thresholds().vanished());
        return isLong ? since : null;
    }

    /** When anything of this peer was heard last; {@link Long#MIN_VALUE} where that is not known. */
    public static long heardAt(LegRecord leg) {
        long heard = Math.max(
                leg.data().flight().lastHeardAt().or(Long.MIN_VALUE),
                leg.lastReceivedAt().or(Long.MIN_VALUE));
        CloseMark fin = leg.close().peerFin().orNull();
        return fin == null ? heard : Math.max(heard, fin.atEpochNanos());
    }

    /**
     * Since when this peer does not read; null while it does, or not for long enough, or where it is gone altogether. Long
     * enough is the threshold, or twice as long as its window was ever closed before.
     */
    public static @Nullable Fact<Long> notReadingSince(Snapshot snapshot, LegRecord leg) {
        Fact<Long> since = leg.data().windows().zeroWindowSince().fact();
        Duration threshold = snapshot.thresholds().zeroWindow();
        long earlier = leg.data().windows().longestZeroWindow().or(0L);
        if (since == null
                || !SessionPhase.isLive(snapshot)
                || snapshot.nanosSince(since.value()) < Math.max(threshold.toNanos(), 2 * earlier)
                || ReadProgress.reads(snapshot, leg, threshold)
                || vanishedSince(snapshot, leg) != null) {
            return null;
        }
        return since;
    }

    /**
     * Since when this host itself refuses what is sent to this peer, by more than one try in vain: its packet filter does so, or
     * it has no route, or the interface is down. Null where it does not.
     */
    public static @Nullable Fact<Long> refusedHereSince(LegRecord leg) {
        boolean refused = SendRefusal.shownBy(
                leg.data().flight().unackedSegments().or(-1L),
                leg.data().queue().notSentBytes().or(-1L),
                leg.data().queue().peerWindowBytes().or(-1L),
                leg.data().flight().probes().or(-1L),
                2);
        if (!refused) {
            return null;
        }
        Fact<Long> restEnded = leg.data().turns().lastRestEndedAt().fact();
        return restEnded == null ? leg.lastSentAt().fact() : restEnded;
    }

    /** Whether the peer's kernel is known to have acknowledged every byte sent. */
    public static boolean tookEverything(LegRecord leg) {
        return leg.bytesTaken().or(-1L) >= leg.bytesSent();
    }

    /** Whether it is known not to have acknowledged every byte sent. */
    public static boolean lacksBytes(LegRecord leg) {
        return leg.bytesTaken().or(Long.MAX_VALUE) < leg.bytesSent();
    }

    /** Whether the peer is known never to have acknowledged or sent a byte: no program of it had the connection. */
    public static boolean tookNothing(LegRecord leg) {
        return leg.bytesReceived() == 0 && leg.bytesTaken().or(1L) == 0;
    }

    /** What is known of segments that are not acknowledged. */
    public static EvidenceList unacknowledged(LegRecord leg) {
        return new EvidenceList(leg.leg())
                .at(Clue.UNACKNOWLEDGED_SINCE, leg.data().flight().unackedSince())
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, leg.data().flight().unackedSegments())
                .amount(Clue.BACKOFFS, leg.data().flight().backoffs())
                .amount(Clue.RETRANSMITS_SENT, leg.data().loss().retransmitsSent())
                .at(Clue.LAST_SENT, leg.lastSentAt())
                .at(Clue.LAST_HEARD, leg.data().flight().lastHeardAt())
                .amount(Clue.ICMP_ERRORS, leg.data().path().icmpErrors())
                .word(Clue.LAST_ICMP, leg.data().path().lastIcmp());
    }

    /** What is known of the peer's closed window. */
    public static EvidenceList closedWindow(LegRecord leg) {
        return new EvidenceList(leg.leg())
                .at(Clue.WINDOW_CLOSED, leg.data().windows().zeroWindowSince())
                .amount(Clue.NOT_SENT, leg.data().queue().notSentBytes())
                .amount(Clue.SEGMENTS_UNACKNOWLEDGED, leg.data().flight().unackedSegments())
                .amount(Clue.PROBES_UNANSWERED, leg.data().flight().probes())
                .at(Clue.LAST_SENT, leg.lastSentAt())
                .at(Clue.LAST_HEARD, leg.data().flight().lastHeardAt());
    }
}
