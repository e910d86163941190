package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.Attempt;
import dev.finspect.record.CloseMark;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Observation;
import dev.finspect.tcp.Source;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a session to reach an upstream. A session that was connected in the end does not hang, whatever happened to
 * the addresses tried before: failover has worked, and the record has each attempt. Pure.
 */
public final class ConnectAttempts {
    private final Snapshot snapshot;
    private final List<Attempt> tries;

    public ConnectAttempts(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.tries = snapshot.upstream().attempts();
    }

    /** The last attempt that matches; null without one, and once an upstream is connected. */
    public @Nullable Attempt last(Predicate<Attempt> match) {
        if (connected()) {
            return null;
        }
        for (int i = tries.size() - 1; i >= 0; i--) {
            if (match.test(tries.get(i))) {
                return tries.get(i);
            }
        }
        return null;
    }

    /**
     * The last attempt that matches, once nothing is left to try or all attempts together take too long; before that, the next
     * address may still answer.
     */
    public @Nullable Attempt lastFailed(Predicate<Attempt> match) {
        return searching() ? null : last(match);
    }

    /** How long an attempt has taken so far, nanoseconds. */
    public long lastedNanos(Attempt attempt) {
        long until = attempt.end() == null
                ? snapshot.nowEpochNanos()
                : attempt.end().at().value();
        return Math.max(0, until - attempt.begunAt().value());
    }

    /** How long an attempt has waited for an answer, nanoseconds: until it ended, or until its sender took it back. */
    private long waitedNanos(Attempt attempt) {
        Long withdrawn = attempt.answers().withdrawnAt().orNull();
        return withdrawn == null
                ? lastedNanos(attempt)
                : Math.max(0, withdrawn - attempt.begunAt().value());
    }

    /** Whether nothing has answered an attempt for long enough. */
    public boolean unanswered(Attempt attempt) {
        if (attempt.address() == null
                || attempt.answers().synAckAt().isKnown()
                || attempt.answers().challengedAt().isKnown()
                || rstAt(attempt) != null
                || icmp(attempt) != null) {
            return false;
        }
        ConnectResult result = attempt.result();
        boolean longEnough =
                waitedNanos(attempt) >= snapshot.thresholds().connect().toNanos();
        return (result == ConnectResult.TIMED_OUT
                        && !attempt.answers().withdrawnAt().isKnown())
                || ((result == ConnectResult.TIMED_OUT || result == null || result == ConnectResult.ABANDONED)
                        && longEnough);
    }

    /** Whether an attempt failed because the kernel had no memory for it. */
    public static boolean outOfMemory(Attempt attempt) {
        Errno errno = attempt.end() == null ? null : attempt.end().errno().orNull();
        return errno != null && errno.isNoMemory();
    }

    /** When it ended; for one that goes on, when it began. */
    public static long endedAt(Attempt attempt) {
        return attempt.end() == null
                ? attempt.begunAt().value()
                : attempt.end().at().value();
    }

    /** When an RST answered it; an RST captured on the leg belongs to the last attempt. */
    public @Nullable Fact<Long> rstAt(Attempt attempt) {
        CloseMark rst = snapshot.upstream().close().peerRst().orNull();
        Fact<Long> captured = attempt.answers().rstAt().fact();
        Fact<Long> answer = captured == null ? attempt.kernel().sentAt().fact() : captured;
        if (answer != null || rst == null || !isLast(attempt)) {
            return answer;
        }
        return rst.at().source() == Source.WIRE
                        && rst.atEpochNanos() >= attempt.begunAt().value()
                ? rst.at()
                : null;
    }

    /** The ICMP error that answered it, likewise. */
    public @Nullable Fact<String> icmp(Attempt attempt) {
        Fact<String> answer = attempt.answers().icmp().fact();
        return answer == null && isLast(attempt)
                ? snapshot.upstream().data().path().lastIcmp().fact()
                : answer;
    }

    /** The socket table's entry for the last attempt; null for another one. */
    private @Nullable PeerSocket socket(Attempt attempt) {
        return isLast(attempt) ? snapshot.upstream().peerSocket() : null;
    }

    /** The upstream's listener on this host; null where none was seen, and for another attempt than the last. */
    public PeerSocket.@Nullable Listening listening(Attempt attempt) {
        PeerSocket socket = socket(attempt);
        return socket == null ? null : socket.listening();
    }

    /** Whether it ended before its first SYN, for want of a port. */
    private static boolean wasNeverSent(Attempt attempt) {
        return attempt.answers().syns().or(1L) == 0;
    }

    /** What is known of an attempt, as evidence. */
    public EvidenceList evidence(Attempt attempt) {
        Attempt.End end = attempt.end();
        long failed = tries.stream().filter(each -> each.result() != null).count();
        EvidenceList evidence = new EvidenceList(Leg.UPSTREAM)
                .word(Clue.TRIED, attempt.address() == null ? null : Fact.socket(IpText.endpoint(attempt.address())))
                .at(Clue.SYN_SENT, attempt.address() == null || wasNeverSent(attempt) ? null : attempt.begunAt())
                .amount(Clue.SYNS, attempt.answers().syns())
                .at(Clue.SYN_ACK_RECEIVED, attempt.answers().synAckAt())
                .at(Clue.CONNECT_RST, rstAt(attempt))
                .reason(attempt.kernel())
                .word(Clue.CONNECT_ICMP, icmp(attempt))
                .error(Clue.CONNECT_ERRNO, end == null ? Observation.notObserved() : end.errno())
                .word(
                        Clue.CONNECT_RESULT,
                        end == null
                                ? null
                                : new Fact<>(end.result().label(), end.at().source()));
        return failed < 2 ? evidence : evidence.amount(Clue.TRIES_FAILED, Fact.socket(failed));
    }

    /** The same, and the accept queue of the upstream's listener. */
    public EvidenceList evidenceWithQueue(Attempt attempt) {
        return evidence(attempt).acceptQueue(socket(attempt));
    }

    private boolean isLast(Attempt attempt) {
        return attempt.equals(tries.get(tries.size() - 1));
    }

    private boolean connected() {
        return snapshot.upstream().established()
                || tries.stream().anyMatch(each -> each.result() == ConnectResult.CONNECTED);
    }

    /** Whether another address is being tried, and all attempts together have not taken too long yet. */
    private boolean searching() {
        return !snapshot.over()
                && !tries.isEmpty()
                && tries.get(tries.size() - 1).result() == null
                && !snapshot.lasts(
                        tries.get(0).begunAt().value(), snapshot.thresholds().connect());
    }
}
