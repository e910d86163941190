package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.Optional;

/**
 * An RST does not look like the peer's: its time to live lies off all its other segments', so that it began elsewhere, or its
 * number lies where nobody takes it though nobody was closing. By one or two hops it is only possible, since ways change.
 */
public final class ResetInjected implements Rule {
    private static final int HOPS_OF_A_DETOUR = 2;

    private final Leg leg;

    /** Watches the peer of this leg. */
    public ResetInjected(Leg leg) {
        this.leg = leg;
    }

    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        LegSnapshot it = snapshot.leg(leg);
        LegSnapshot.Mark rst = it.peerRst;
        if (rst == null || !Phase.endedByPeers(snapshot)) {
            return Optional.empty();
        }
        int hops = hopsOff(it, rst);
        boolean stray = Phase.isOutOfWindow(rst) && Phase.open(it) && it.localRst == null;
        if (hops == 0 && !stray) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.RESET_INJECTED,
                Phase.network(leg),
                hops > HOPS_OF_A_DETOUR ? Confidence.LIKELY : Confidence.POSSIBLE,
                leg,
                rst.at().value(),
                proof(it, rst, stray).pieces()));
    }

    /** Whether the time to live says that this RST is not the peer's own. */
    static boolean byTtl(LegSnapshot leg, LegSnapshot.Mark rst) {
        return hopsOff(leg, rst) > 0;
    }

    private static int hopsOff(LegSnapshot leg, LegSnapshot.Mark rst) {
        LegSnapshot.Ttls others = leg.peerTtls;
        Fact<Long> ttl = rst.ttl();
        if (others == null || ttl == null) {
            return 0;
        }
        return (int) Math.max(0, Math.max(others.least() - ttl.value(), ttl.value() - others.greatest()));
    }

    private Proof proof(LegSnapshot it, LegSnapshot.Mark rst, boolean stray) {
        Proof proof = new Proof(leg).at(stray ? Clue.RST_OUT_OF_WINDOW : Clue.RST_RECEIVED, rst.at());
        LegSnapshot.Ttls others = it.peerTtls;
        if (others != null && rst.ttl() != null) {
            Source source = rst.ttl().source();
            proof.amount(Clue.RST_TTL, rst.ttl())
                    .amount(Clue.LEAST_TTL, new Fact<>((long) others.least(), source))
                    .amount(Clue.GREATEST_TTL, new Fact<>((long) others.greatest(), source));
        }
        return proof;
    }
}
