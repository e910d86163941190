package dev.finspect.session.live;

import dev.finspect.record.RelayFault;
import dev.finspect.record.Relayed;
import dev.finspect.record.RelayedReason;
import dev.finspect.record.SessionClose;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import org.jspecify.annotations.Nullable;

/** Decides whether a session that is over was relayed faithfully: see {@link Relayed}. */
final class RelayVerdict {
    private RelayVerdict() {}

    /** The verdict on a session that is over. */
    static SessionClose.Relaying of(
            LegTracker client, LegTracker upstream, boolean connected, @Nullable SessionEnd ending) {
        Observation<Long> lost = lost(client, upstream);
        if (charged(client, true) || charged(upstream, connected)) {
            return new SessionClose.Relaying(
                    Relayed.DATA_LOST, ending == null ? SessionEnd.UNEXPLAINED.reason() : ending.act(), lost);
        }
        RelayedReason reason = translation(client, upstream, connected, ending);
        if (reason != null) {
            return new SessionClose.Relaying(Relayed.TRANSLATED, reason, lost);
        }
        return maybeLost(client) || maybeLost(upstream)
                ? new SessionClose.Relaying(Relayed.UNKNOWN, RelayFault.DELIVERY_UNKNOWN, lost)
                : new SessionClose.Relaying(Relayed.FAITHFUL, null, lost);
    }

    private static boolean charged(LegTracker receiver, boolean reached) {
        return reached
                && !receiver.hasFailed()
                && receiver.traffic.undeliveredBytes + Math.max(0, receiver.droppedByKernel()) > 0;
    }

    /** Whether an RST from finspect cut this receiver off, and it is not known which bytes went out before it. */
    private static boolean maybeLost(LegTracker receiver) {
        return !receiver.hasFailed() && receiver.droppedByKernel() < 0;
    }

    /** Where the kernel's share is not known, the known bytes are the least; if there are none, the number is unknown. */
    private static Observation<Long> lost(LegTracker client, LegTracker upstream) {
        long undelivered = client.traffic.undeliveredBytes + upstream.traffic.undeliveredBytes;
        long ofClient = client.droppedByKernel();
        long ofUpstream = upstream.droppedByKernel();
        long dropped = Math.max(0, ofClient) + Math.max(0, ofUpstream);
        boolean unknown = ofClient < 0 || ofUpstream < 0;
        if (unknown && undelivered + dropped == 0) {
            return Observation.notObserved();
        }
        return unknown || dropped > 0 ? Fact.inferred(undelivered + dropped) : Fact.socket(undelivered);
    }

    private static @Nullable RelayedReason translation(
            LegTracker client, LegTracker upstream, boolean connected, @Nullable SessionEnd ending) {
        if (ending == null) {
            boolean finsPassed = finPassed(client, upstream) && finPassed(upstream, client);
            return finsPassed ? urgentMark(client, upstream) : RelayFault.FIN_NOT_PASSED;
        }
        Leg by = ending.leg();
        if (by == null) {
            return ending.reason();
        }
        LegTracker other = by == Leg.CLIENT ? upstream : client;
        boolean nobodyLeft = (other.leg() == Leg.UPSTREAM && !connected) || other.hasFailed() || bothFins(other);
        boolean passed = ending.kind() == SessionEnd.Kind.RESET && hasLocalRst(other);
        return nobodyLeft || passed ? urgentMark(client, upstream) : ending.reason();
    }

    private static @Nullable RelayedReason urgentMark(LegTracker client, LegTracker upstream) {
        return client.urgentSeen() || upstream.urgentSeen() ? RelayFault.URGENT_MARK_LOST : null;
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
