package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * No local port is left towards the upstream. EADDRNOTAVAIL says so, and says the same where no local address fits; sockets in
 * TIME-WAIT towards the address prove that one fits, so that only ports can be missing. Where somebody counted none of them,
 * living connections may hold the ports, and the other reading is as good.
 */
public final class PortExhaustion implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.lastInVain(PortExhaustion::withoutPort);
        if (attempt == null) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                FindingId.PORT_EXHAUSTION,
                Blame.CONFIGURATION,
                confidence(attempt.timeWaits()),
                Leg.UPSTREAM,
                Attempts.endedAt(attempt),
                attempts.proof(attempt)
                        .amount(Clue.TIME_WAITS, attempt.timeWaits())
                        .pieces()));
    }

    private static boolean withoutPort(ConnectTry attempt) {
        return attempt.result() == ConnectResult.NO_PORT;
    }

    private static Confidence confidence(@Nullable Fact<Long> timeWaits) {
        if (timeWaits == null) {
            return Confidence.LIKELY;
        }
        return timeWaits.value() > 0 ? Confidence.PROVED : Confidence.POSSIBLE;
    }
}
