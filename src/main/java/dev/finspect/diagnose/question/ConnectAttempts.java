package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.EvidenceList;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Errno;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
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
    private final List<ConnectTry> tries;

    public ConnectAttempts(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.tries = snapshot.tries();
    }

    /** The last attempt that matches; null without one, and once an upstream is connected. */
    public @Nullable ConnectTry last(Predicate<ConnectTry> match) {
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
    public @Nullable ConnectTry lastFailed(Predicate<ConnectTry> match) {
        return searching() ? null : last(match);
    }

    /** How long an attempt has taken so far, nanoseconds. */
    public long lastedNanos(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        long until = ended == null ? snapshot.nowEpochNanos() : ended.value();
        return Math.max(0, until - attempt.begunAt().value());
    }

    /** Whether nothing has answered an attempt for long enough. */
    public boolean unanswered(ConnectTry attempt) {
        if (attempt.address() == null
                || attempt.synAckAt() != null
                || rstAt(attempt) != null
                || icmp(attempt) != null) {
            return false;
        }
        ConnectResult result = attempt.result();
        boolean longEnough =
                lastedNanos(attempt) >= snapshot.thresholds().connect().toNanos();
        return result == ConnectResult.TIMED_OUT
                || ((result == null || result == ConnectResult.ABANDONED) && longEnough);
    }

    /** Whether an attempt failed because the kernel had no memory for it. */
    public static boolean outOfMemory(ConnectTry attempt) {
        Fact<Errno> errno = attempt.errno();
        return errno != null && errno.value().isNoMemory();
    }

    /** When it ended; for one that goes on, when it began. */
    public static long endedAt(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        return ended == null ? attempt.begunAt().value() : ended.value();
    }

    /** When an RST answered it; an RST captured on the leg belongs to the last attempt. */
    public @Nullable Fact<Long> rstAt(ConnectTry attempt) {
        LegSnapshot.Mark rst = snapshot.upstream().peerRst;
        if (attempt.rstAt() != null || rst == null || !isLast(attempt)) {
            return attempt.rstAt();
        }
        return rst.at().source() == Source.WIRE
                        && rst.at().value() >= attempt.begunAt().value()
                ? rst.at()
                : null;
    }

    /** The ICMP error that answered it, likewise. */
    public @Nullable Fact<String> icmp(ConnectTry attempt) {
        return attempt.icmp() == null && isLast(attempt) ? snapshot.upstream().lastIcmp : attempt.icmp();
    }

    /** The socket table's entry for the last attempt; null for another one. */
    private @Nullable PeerSocket socket(ConnectTry attempt) {
        return isLast(attempt) ? snapshot.upstream().peerSocket : null;
    }

    /** The upstream's listener on this host; null where none was seen, and for another attempt than the last. */
    public PeerSocket.@Nullable Listening listening(ConnectTry attempt) {
        PeerSocket socket = socket(attempt);
        return socket == null ? null : socket.listening();
    }

    /** What is known of an attempt, as evidence. */
    public EvidenceList evidence(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        ConnectResult result = attempt.result();
        long failed = tries.stream().filter(each -> each.result() != null).count();
        EvidenceList evidence = new EvidenceList(Leg.UPSTREAM)
                .word(Clue.TRIED, attempt.address() == null ? null : Fact.socket(IpText.endpoint(attempt.address())))
                .at(Clue.SYN_SENT, attempt.address() == null ? null : attempt.begunAt())
                .amount(Clue.SYNS, attempt.syns())
                .at(Clue.SYN_ACK_RECEIVED, attempt.synAckAt())
                .at(Clue.CONNECT_RST, rstAt(attempt))
                .word(Clue.CONNECT_ICMP, icmp(attempt))
                .error(Clue.CONNECT_ERRNO, attempt.errno())
                .word(
                        Clue.CONNECT_RESULT,
                        result == null
                                ? null
                                : new Fact<>(result.label(), ended == null ? Source.SOCKET : ended.source()));
        return failed < 2 ? evidence : evidence.amount(Clue.TRIES_FAILED, Fact.socket(failed));
    }

    /** The same, and the accept queue of the upstream's listener. */
    public EvidenceList evidenceWithQueue(ConnectTry attempt) {
        return evidence(attempt).acceptQueue(socket(attempt));
    }

    private boolean isLast(ConnectTry attempt) {
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
                && snapshot.nanosSince(tries.get(0).begunAt().value())
                        < snapshot.thresholds().connect().toNanos();
    }
}
