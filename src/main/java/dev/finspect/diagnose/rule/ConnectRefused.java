package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.Optional;

/**
 * The upstream's host answers with RST: nobody listens there. ECONNREFUSED alone is no proof, since an ICMP port unreachable
 * gives it too; with that ICMP seen it is {@link ConnectUnreachable}'s.
 */
public final class ConnectRefused implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.lastInVain(each -> refused(each) && attempts.icmp(each) == null);
        if (attempt == null) {
            return Optional.empty();
        }
        Fact<Long> rst = attempts.rstAt(attempt);
        return Optional.of(new Finding(
                FindingId.CONNECT_REFUSED,
                Blame.UPSTREAM,
                rst != null && rst.source() == Source.WIRE ? Confidence.PROVED : Confidence.LIKELY,
                Leg.UPSTREAM,
                rst == null ? Attempts.endedAt(attempt) : rst.value(),
                attempts.proof(attempt).pieces()));
    }

    private static boolean refused(ConnectTry attempt) {
        return attempt.result() == ConnectResult.REFUSED || attempt.result() == ConnectResult.RESET;
    }
}
