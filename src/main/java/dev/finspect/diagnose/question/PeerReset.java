package dev.finspect.diagnose.question;

import dev.finspect.record.CloseMark;
import dev.finspect.record.LegData;
import dev.finspect.record.LegRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the peer's RST shows. Pure. */
public final class PeerReset {
    /** Routes change, and with them the time to live by one or two. */
    private static final int HOPS_OF_A_DETOUR = 2;

    /** A socket fails at once after an RST that its kernel accepts; clocks of capture and socket are the same. */
    private static final long NOTICED_NANOS = Duration.ofMillis(200).toNanos();

    /** So late a loop would be only on a machine that stands still. */
    private static final long LATE_NANOS = Duration.ofSeconds(2).toNanos();

    private PeerReset() {}

    /**
     * The peer's RST, if it ended the leg; null for one outside the window, which its receiver ignores, for one that came when the
     * other end had reset the connection already, and for one after which finspect's own socket went on.
     */
    public static @Nullable CloseMark of(LegRecord leg) {
        CloseMark rst = leg.close().peerRst().orNull();
        return rst == null || isOutOfWindow(rst) || isAfterOwn(leg, rst) || wentOn(leg, rst) ? null : rst;
    }

    /**
     * Whether finspect's own socket sent bytes, or read the peer's FIN, after this RST: its kernel has refused it (RFC 5961 section
     * 3.2), whoever has sent it.
     */
    public static boolean wentOn(LegRecord leg, CloseMark rst) {
        if (!hasOwnSocket(leg) || leg.close().errno().isKnown()) {
            return false;
        }
        CloseMark fin = leg.close().peerFin().orNull();
        long last = Math.max(
                leg.lastSentAt().or(Long.MIN_VALUE),
                fin == null ? Long.MIN_VALUE : fin.at().value());
        return last > rst.at().value() + NOTICED_NANOS;
    }

    /** Whether finspect's own socket would have said by then that this RST ended the leg, and has not. */
    public static boolean isRefused(LegRecord leg, CloseMark rst, long nowEpochNanos) {
        return hasOwnSocket(leg)
                && !leg.close().errno().isKnown()
                && nowEpochNanos - rst.at().value() > LATE_NANOS;
    }

    private static boolean hasOwnSocket(LegRecord leg) {
        return leg.wire() != null && !leg.wire().mode().passive();
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

    /**
     * Whether its time to live is off by more hops than a changed route explains, and also counted from the values with which hosts
     * send: many send an RST with another one than data, so that it has come as far as these.
     */
    public static boolean isFarOff(LegRecord leg, CloseMark rst) {
        return hopsOff(leg, rst) > Math.max(HOPS_OF_A_DETOUR, spread(leg)) && !isAsFar(leg, rst);
    }

    /** Whether its time to live is known to be that of the peer's other segments, which do not differ among themselves. */
    public static boolean isLikeOthers(LegRecord leg, CloseMark rst) {
        return rst.ttl().isKnown()
                && leg.data().path().peerTtls().isKnown()
                && hopsOff(leg, rst) == 0
                && spread(leg) <= HOPS_OF_A_DETOUR;
    }

    /** By how much the peer's own segments differ. */
    private static int spread(LegRecord leg) {
        LegData.Ttls others = leg.data().path().peerTtls().orNull();
        return others == null ? 0 : others.greatest() - others.least();
    }

    private static boolean isAsFar(LegRecord leg, CloseMark rst) {
        LegData.Ttls others = leg.data().path().peerTtls().orNull();
        Long ttl = rst.ttl().orNull();
        if (others == null || ttl == null) {
            return false;
        }
        int hops = Hops.of(ttl.intValue());
        return hops == Hops.of(others.greatest()) || hops == Hops.of(others.least());
    }

    /** Whether the peer's segments are known to pass no router. */
    public static boolean isNextDoor(LegRecord leg) {
        LegData.Ttls others = leg.data().path().peerTtls().orNull();
        return others != null && Hops.of(others.least()) == 0 && Hops.of(others.greatest()) == 0;
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
