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
 * No way leads to the upstream. An ICMP error on the wire proves it, port unreachable among them: that is how a filter
 * refuses. An errno alone may come from this host's own routes or from an address that nobody answers for. A name without an
 * address and a connect() that this host forbids are the configuration's.
 */
public final class ConnectUnreachable implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.lastInVain(each -> unreachable(snapshot, attempts, each));
        if (attempt == null) {
            return Optional.empty();
        }
        boolean byIcmp = attempts.icmp(attempt) != null;
        return Optional.of(new Finding(
                FindingId.CONNECT_UNREACHABLE,
                byIcmp ? Blame.NETWORK_TO_UPSTREAM : blame(attempt),
                byIcmp ? Confidence.PROVED : confidence(attempt),
                Leg.UPSTREAM,
                Attempts.endedAt(attempt),
                attempts.proof(attempt).at(Clue.NAME_ASKED, asked(attempt)).pieces()));
    }

    private static boolean unreachable(Snapshot snapshot, Attempts attempts, ConnectTry attempt) {
        ConnectResult result = attempt.result();
        if (attempts.icmp(attempt) != null && result != ConnectResult.ABANDONED) {
            return true;
        }
        if (result == null) {
            return attempt.address() == null
                    && attempts.lastedNanos(attempt)
                            >= snapshot.thresholds().connect().toNanos();
        }
        return switch (result) {
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE, UNRESOLVABLE, DENIED -> true;
            case FAILED -> !ProxyLimited.memory(attempt);
            case CONNECTED, REFUSED, TIMED_OUT, RESET, NO_DESCRIPTOR, NO_PORT, LOOP, ABANDONED -> false;
        };
    }

    private static @Nullable Fact<Long> asked(ConnectTry attempt) {
        return attempt.address() == null ? attempt.begunAt() : null;
    }

    private static Blame blame(ConnectTry attempt) {
        return attempt.address() == null
                        || attempt.result() == ConnectResult.UNRESOLVABLE
                        || attempt.result() == ConnectResult.DENIED
                ? Blame.CONFIGURATION
                : Blame.NETWORK_TO_UPSTREAM;
    }

    private static Confidence confidence(ConnectTry attempt) {
        return attempt.result() == null || attempt.result() == ConnectResult.FAILED
                ? Confidence.POSSIBLE
                : Confidence.LIKELY;
    }
}
