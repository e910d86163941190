package dev.finspect.session;

import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Whether each peer saw of the other what it would have seen without finspect between them.
 *
 * <ul>
 *   <li>{@code data_lost}: bytes from one peer never reached the other, though the other had not itself cut its connection
 *       off. A peer that resets, or no longer answers, loses what was on its way to it without finspect as well.
 *   <li>{@code translated}: a connect that failed became an accepted connection's RST, a time-out an RST; finspect ended it
 *       by itself; an RST, a FIN or the mark of urgent data could not be passed on.
 *   <li>{@code unknown}: an RST was passed on, and nobody can tell whether all bytes before it went out, since there is no
 *       reading of the kernel's queue (the portable path, old kernels).
 *   <li>{@code faithful}: all else.
 * </ul>
 *
 * @param lostBytes all bytes that never reached their receiver, also where that is excused
 */
record RelayVerdict(
        String relayed, @Nullable String reason, @Nullable Fact<Long> lostBytes) {
    private static final String DATA_LOST = "data_lost";
    private static final String DELIVERY_UNKNOWN = "delivery_unknown";

    /** The verdict on a session that is over. */
    static RelayVerdict of(LegTracker client, LegTracker upstream, boolean connected, @Nullable Ending ending) {
        Fact<Long> lost = lost(client, upstream);
        boolean charged = charged(client, true) || charged(upstream, connected);
        String reason = charged
                ? (ending == null ? Ending.UNEXPLAINED.reason() : ending.act().label())
                : translation(client, upstream, connected, ending);
        if (reason == null && (untold(client) || untold(upstream))) {
            return new RelayVerdict("unknown", DELIVERY_UNKNOWN, lost);
        }
        String relayed = charged ? DATA_LOST : reason == null ? "faithful" : "translated";
        return new RelayVerdict(relayed, reason, lost);
    }

    boolean dataLost() {
        return relayed.equals(DATA_LOST);
    }

    private static boolean charged(LegTracker receiver, boolean reached) {
        return reached
                && !receiver.hasFailed()
                && receiver.traffic.undeliveredBytes + Math.max(0, receiver.droppedByKernel()) > 0;
    }

    /** Whether an RST of finspect's cut this receiver off, and nobody can tell what of the bytes before it went out. */
    private static boolean untold(LegTracker receiver) {
        return !receiver.hasFailed() && receiver.droppedByKernel() < 0;
    }

    /** Where the kernel's share is not known: what is known is the least, and nothing known is unknown. */
    private static @Nullable Fact<Long> lost(LegTracker client, LegTracker upstream) {
        long undelivered = client.traffic.undeliveredBytes + upstream.traffic.undeliveredBytes;
        long ofClient = client.droppedByKernel();
        long ofUpstream = upstream.droppedByKernel();
        long dropped = Math.max(0, ofClient) + Math.max(0, ofUpstream);
        boolean unknown = ofClient < 0 || ofUpstream < 0;
        if (unknown && undelivered + dropped == 0) {
            return null;
        }
        return unknown || dropped > 0 ? Fact.inferred(undelivered + dropped) : Fact.socket(undelivered);
    }

    private static @Nullable String translation(
            LegTracker client, LegTracker upstream, boolean connected, @Nullable Ending ending) {
        if (ending == null) {
            boolean finsPassed = finPassed(client, upstream) && finPassed(upstream, client);
            return finsPassed ? urgentMark(client, upstream) : "fin_not_passed";
        }
        Leg by = ending.leg();
        if (by == null) {
            return ending.reason();
        }
        LegTracker other = by == Leg.CLIENT ? upstream : client;
        boolean nobodyLeft = (other.leg() == Leg.UPSTREAM && !connected) || other.hasFailed() || bothFins(other);
        boolean passed = ending.kind() == Ending.Kind.RESET && hasLocalRst(other);
        return nobodyLeft || passed ? urgentMark(client, upstream) : ending.reason();
    }

    private static @Nullable String urgentMark(LegTracker client, LegTracker upstream) {
        return client.urgentSeen() || upstream.urgentSeen() ? "urgent_mark_lost" : null;
    }

    private static boolean finPassed(LegTracker from, LegTracker to) {
        LegClosing closing = to.closing();
        return !from.hasPeerFin() || (closing != null && closing.hasLocalFin());
    }

    private static boolean bothFins(LegTracker leg) {
        LegClosing closing = leg.closing();
        return closing != null && closing.hasPeerFin() && closing.hasLocalFin();
    }

    private static boolean hasLocalRst(LegTracker leg) {
        LegClosing closing = leg.closing();
        return closing != null && closing.hasLocalRst();
    }
}
