package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.CloseMark;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** What became of the FIN that finspect sent on a leg. Pure. */
public final class LocalFin {
    private LocalFin() {}

    /** Whether this FIN is acknowledged: by captured segments, the state of finspect's end, or its queue; null where not known. */
    public static @Nullable Boolean acknowledged(LegRecord leg, CloseMark fin) {
        if (fin.acknowledged().isKnown()) {
            return fin.acknowledged().orNull();
        }
        Fact<TcpState> state = leg.data().flight().localState().fact();
        if (state == null) {
            return leg.allAcknowledged();
        }
        return switch (state.value()) {
            case FIN_WAIT_2, TIME_WAIT -> true;
            case FIN_WAIT_1, CLOSING, LAST_ACK -> false;
            default -> leg.allAcknowledged();
        };
    }

    /** Whether finspect's FIN is unacknowledged, and nothing else is. */
    public static boolean onlyFinUnacknowledged(LegRecord leg) {
        CloseMark fin = leg.close().localFin().orNull();
        return fin != null
                && Boolean.FALSE.equals(acknowledged(leg, fin))
                && leg.data().queue().notSentBytes().or(0L) == 0
                && leg.data().flight().unackedSegments().or(0L) <= 1
                && !SendProgress.lacksBytes(leg);
    }

    /** Whether the peer has this FIN, has not sent its own, and finspect reads what it sends. */
    public static boolean halfCloses(Snapshot snapshot, LegRecord leg, CloseMark fin) {
        return !leg.close().peerFin().isKnown()
                && SessionPhase.isLive(snapshot)
                && !SessionPhase.readingPaused(snapshot, leg)
                && Boolean.TRUE.equals(acknowledged(leg, fin));
    }
}
