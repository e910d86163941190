package dev.finspect.diagnose.question;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/** What became of the FIN that finspect sent on a leg. Pure. */
public final class LocalFin {
    private LocalFin() {}

    /** Whether this FIN is acknowledged: by captured segments, the state of finspect's end, or its queue; null where not known. */
    public static @Nullable Boolean acknowledged(LegSnapshot leg, LegSnapshot.Mark fin) {
        if (fin.acknowledged() != null) {
            return fin.acknowledged().value();
        }
        Fact<TcpState> state = leg.state;
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
    public static boolean onlyFinUnacknowledged(LegSnapshot leg) {
        LegSnapshot.Mark fin = leg.localFin;
        return fin != null
                && Boolean.FALSE.equals(acknowledged(leg, fin))
                && Numbers.or(leg.notSentBytes, 0) == 0
                && Numbers.or(leg.unackedSegments, 0) <= 1
                && Numbers.or(leg.bytesAcknowledged, leg.bytesSent.value()) >= leg.bytesSent.value();
    }

    /** Whether the peer has this FIN, has not sent its own, and finspect reads what it sends. */
    public static boolean halfCloses(Snapshot snapshot, LegSnapshot leg, LegSnapshot.Mark fin) {
        return leg.peerFin == null
                && SessionPhase.isLive(snapshot)
                && !SessionPhase.readingPaused(snapshot, leg)
                && Boolean.TRUE.equals(acknowledged(leg, fin));
    }
}
