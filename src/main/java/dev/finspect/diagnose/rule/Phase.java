package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where a session stands, as rules of the data and closing phases need it. Pure. */
final class Phase {
    private static final long REACTION_NANOS = Duration.ofMillis(200).toNanos();

    private Phase() {}

    /** Whether both legs are established and live: only then can either peer owe the next step. */
    static boolean goesOn(Snapshot snapshot) {
        return !snapshot.over() && joined(snapshot) && !broken(snapshot.client()) && !broken(snapshot.upstream());
    }

    /** Whether the session is over, both legs were established, and finspect did not end it by itself. */
    static boolean endedByPeers(Snapshot snapshot) {
        return snapshot.over() && joined(snapshot);
    }

    private static boolean joined(Snapshot snapshot) {
        return snapshot.client().established()
                && snapshot.upstream().established()
                && snapshot.proxy().endedBecause() == null;
    }

    /** Whether finspect leaves what this peer sends unread, so that its silence says nothing. */
    static boolean unheard(Snapshot snapshot, LegSnapshot leg) {
        return leg.pausedSince != null || snapshot.proxy().budgetSpentSince() != null;
    }

    /** Whether neither end has sent a FIN. */
    static boolean open(LegSnapshot leg) {
        return leg.peerFin == null && leg.localFin == null;
    }

    /** The peer's RST, where its receiver took it. */
    static LegSnapshot.@Nullable Mark reset(LegSnapshot leg) {
        LegSnapshot.Mark rst = leg.peerRst;
        return rst == null || isOutOfWindow(rst) ? null : rst;
    }

    /** Whether it is known that an RST lies where nobody takes it. */
    static boolean isOutOfWindow(LegSnapshot.Mark rst) {
        return rst.inWindow() != null && !rst.inWindow().value();
    }

    private static boolean broken(LegSnapshot leg) {
        LegSnapshot.Mark own = leg.localRst;
        return leg.errno != null || reset(leg) != null || (own != null && !isOutOfWindow(own));
    }

    /** How soon a peer's kernel or program answers by itself, nanoseconds: two round trips and what a busy host adds. */
    static long reactionNanos(LegSnapshot leg) {
        Fact<Long> rtt = leg.smoothedRttNanos;
        return REACTION_NANOS + (rtt == null ? 0 : 2 * rtt.value());
    }

    /** The blame of the peer at this leg's far end. */
    static Blame peer(Leg leg) {
        return leg == Leg.CLIENT ? Blame.CLIENT : Blame.UPSTREAM;
    }

    /** The blame of the way to that peer. */
    static Blame network(Leg leg) {
        return leg == Leg.CLIENT ? Blame.NETWORK_TO_CLIENT : Blame.NETWORK_TO_UPSTREAM;
    }

    /** The value of a number, or {@code unknown}. */
    static long or(@Nullable Fact<Long> number, long unknown) {
        return number == null ? unknown : number.value();
    }

    /** Whether a number is known and above 0. */
    static boolean positive(@Nullable Fact<Long> number) {
        return number != null && number.value() > 0;
    }
}
