package dev.finspect.diagnose.question;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import org.jspecify.annotations.Nullable;

/** What the peer's RST shows. Pure. */
public final class PeerReset {
    /** Routes change, and with them the time to live by one or two. */
    private static final int HOPS_OF_A_DETOUR = 2;

    private PeerReset() {}

    /**
     * The peer's RST, if it ended the leg; null for one outside the window, which its receiver ignores, and for one that came when
     * the other end had reset the connection already.
     */
    public static @Nullable CloseMark of(LegRecord leg) {
        CloseMark rst = leg.close().peerRst().orNull();
        return rst == null || isOutOfWindow(rst) || isAfterOwn(leg, rst) ? null : rst;
    }

    /** Whether the other end had reset the connection before this RST of the peer came. */
    public static boolean isAfterOwn(LegRecord leg, CloseMark rst) {
        CloseMark own = leg.close().localRst().orNull();
        return own != null && !isOutOfWindow(own) && own.at().value() < rst.at().value();
    }

    /** Whether both ends had sent a FIN before this RST: it changes nothing any more. */
    public static boolean isAfterBothFins(LegRecord leg, CloseMark rst) {
        CloseMark peerFin = leg.close().peerFin().orNull();
        CloseMark localFin = leg.close().localFin().orNull();
        return peerFin != null
                && localFin != null
                && Math.max(peerFin.at().value(), localFin.at().value())
                        <= rst.at().value();
    }

    /** Whether an RST is known to lie outside the receiver's window. */
    public static boolean isOutOfWindow(CloseMark rst) {
        return !rst.inWindow().or(true);
    }

    /** Whether its time to live is off by more hops than a changed route explains. */
    public static boolean isFarOff(LegRecord leg, CloseMark rst) {
        return hopsOff(leg, rst) > HOPS_OF_A_DETOUR;
    }

    /** Whether it answers a segment, from about as far as the peer's others come: no device that interferes needs to be there. */
    public static boolean isAnswer(LegRecord leg, CloseMark rst) {
        return rst.answersAck().or(false) && !isFarOff(leg, rst);
    }

    /**
     * By how many hops the time to live of an RST differs from all other segments of the peer; 0 where it fits or is not known.
     * It shows nothing of a peer on this host, whose program may set another one than its kernel, nor where the peer's kernel is
     * known to have sent it.
     */
    public static int hopsOff(LegRecord leg, CloseMark rst) {
        LegData.Ttls others = leg.data().path().peerTtls().orNull();
        Long ttl = rst.ttl().orNull();
        if (others == null || ttl == null || PeerHost.isHere(leg) || KernelReason.isOwn(rst)) {
            return 0;
        }
        return (int) Math.max(0, Math.max(others.least() - ttl, ttl - others.greatest()));
    }
}
