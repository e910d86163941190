package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Blame;
import dev.finspect.diagnose.Confidence;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.Finding;
import dev.finspect.diagnose.FindingId;
import dev.finspect.diagnose.Rule;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SYNs to the upstream get no answer of any kind. A host that is down, a filter that drops and a listener whose queue is full
 * look the same from afar, so that it is no more than likely, unless the listener is on this host and was seen to have room.
 * With fewer than two SYNs known, one lost segment would do.
 */
public final class SynUnanswered implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.last(each -> unanswered(snapshot, attempts, each));
        if (attempt == null) {
            return Optional.empty();
        }
        Proof proof = attempts.proof(attempt);
        attempts.queue(proof, attempt);
        return Optional.of(new Finding(
                FindingId.SYN_UNANSWERED,
                Blame.NETWORK_TO_UPSTREAM,
                confidence(attempt.syns(), attempts.listening(attempt)),
                Leg.UPSTREAM,
                attempt.begunAt().value(),
                proof.pieces()));
    }

    /** Whether nothing has answered an attempt for long enough. */
    static boolean unanswered(Snapshot snapshot, Attempts attempts, ConnectTry attempt) {
        if (attempt.address() == null
                || attempt.synAckAt() != null
                || attempts.rstAt(attempt) != null
                || attempts.icmp(attempt) != null) {
            return false;
        }
        ConnectResult result = attempt.result();
        boolean longEnough =
                attempts.lastedNanos(attempt) >= snapshot.thresholds().connect().toNanos();
        return result == ConnectResult.TIMED_OUT
                || ((result == null || result == ConnectResult.ABANDONED) && longEnough);
    }

    private static Confidence confidence(@Nullable Fact<Long> syns, PeerSocket.@Nullable Listening listening) {
        if (syns != null && syns.value() < 2) {
            return Confidence.POSSIBLE;
        }
        boolean room = listening != null && !listening.full();
        return syns != null && room ? Confidence.PROVED : Confidence.LIKELY;
    }
}
