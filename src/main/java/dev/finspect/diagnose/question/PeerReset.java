package dev.finspect.diagnose.question;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.tcp.Fact;
import org.jspecify.annotations.Nullable;

/** What the peer's RST shows. Pure. */
public final class PeerReset {
    private PeerReset() {}

    /** The peer's RST, if it ended the leg; null for one outside the window, which its receiver ignores. */
    public static LegSnapshot.@Nullable Mark of(LegSnapshot leg) {
        LegSnapshot.Mark rst = leg.peerRst;
        return rst == null || isOutOfWindow(rst) ? null : rst;
    }

    /** Whether an RST is known to lie outside the receiver's window. */
    public static boolean isOutOfWindow(LegSnapshot.Mark rst) {
        return rst.inWindow() != null && !rst.inWindow().value();
    }

    /** By how many hops the time to live of an RST differs from all other segments of the peer; 0 where it fits or is not known. */
    public static int hopsOff(LegSnapshot leg, LegSnapshot.Mark rst) {
        LegSnapshot.Ttls others = leg.peerTtls;
        Fact<Long> ttl = rst.ttl();
        if (others == null || ttl == null) {
            return 0;
        }
        return (int) Math.max(0, Math.max(others.least() - ttl.value(), ttl.value() - others.greatest()));
    }
}
