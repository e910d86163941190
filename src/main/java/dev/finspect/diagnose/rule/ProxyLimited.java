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
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.Leg;
import java.util.Optional;

/**
 * finspect itself holds the session back, by its own books: no descriptor or no kernel memory to connect with, the session
 * limit, an upstream that is finspect itself, the end of a drain, or reading that stops because all sessions together hold as
 * much as they may. A drain alone holds nothing back, nor does reading that pauses because the other peer takes no more: that
 * is the peer's. finspect's own time-outs are answers to a silence that other rules name.
 */
public final class ProxyLimited implements Rule {
    @Override
    public Optional<Finding> examine(Snapshot snapshot) {
        Snapshot.Proxy proxy = snapshot.proxy();
        Fact<String> ended = proxy.endedBecause();
        if (ended != null && ended.value().equals("session_limit")) {
            return Optional.of(limited(Blame.CONFIGURATION, snapshot.nowEpochNanos(), ended));
        }
        if (ended != null && ended.value().equals("shutdown")) {
            Fact<Long> draining = proxy.drainingSince();
            return Optional.of(
                    limited(Blame.FINSPECT, draining == null ? snapshot.nowEpochNanos() : draining.value(), ended));
        }
        Optional<Finding> connecting = connecting(snapshot);
        return connecting.isPresent() ? connecting : budget(snapshot);
    }

    /** Whether an attempt failed because the kernel had no memory for it. */
    static boolean memory(ConnectTry attempt) {
        Fact<Errno> errno = attempt.errno();
        return errno != null && errno.value().isNoMemory();
    }

    private static Optional<Finding> connecting(Snapshot snapshot) {
        Attempts attempts = new Attempts(snapshot);
        ConnectTry attempt = attempts.lastInVain(each ->
                each.result() == ConnectResult.NO_DESCRIPTOR || each.result() == ConnectResult.LOOP || memory(each));
        if (attempt == null) {
            return Optional.empty();
        }
        boolean loop = attempt.result() == ConnectResult.LOOP;
        String limit = loop ? "loop" : memory(attempt) ? "memory" : "descriptors";
        Proof proof = attempts.proof(attempt).word(Clue.LIMIT, Fact.socket(limit));
        return Optional.of(new Finding(
                FindingId.PROXY_LIMITED,
                loop ? Blame.CONFIGURATION : Blame.FINSPECT,
                Confidence.PROVED,
                Leg.UPSTREAM,
                Attempts.endedAt(attempt),
                proof.pieces()));
    }

    private static Optional<Finding> budget(Snapshot snapshot) {
        Fact<Long> since = snapshot.proxy().budgetSpentSince();
        if (since == null
                || snapshot.over()
                || snapshot.nanosSince(since.value())
                        < snapshot.thresholds().unread().toNanos()) {
            return Optional.empty();
        }
        return Optional.of(limited(Blame.FINSPECT, since.value(), new Fact<>("held_bytes", since.source())));
    }

    private static Finding limited(Blame blame, long sinceEpochNanos, Fact<String> limit) {
        return new Finding(
                FindingId.PROXY_LIMITED,
                blame,
                Confidence.PROVED,
                null,
                sinceEpochNanos,
                new Proof(null).word(Clue.LIMIT, limit).pieces());
    }
}
