package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.Clue;
import dev.finspect.diagnose.ConnectTry;
import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.PeerSocket;
import dev.finspect.tcp.ConnectResult;
import dev.finspect.tcp.Fact;
import dev.finspect.tcp.IpText;
import dev.finspect.tcp.Leg;
import dev.finspect.tcp.Source;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of a session to reach an upstream say. A session that was connected in the end does not hang, whatever
 * came of the addresses tried before: failover did what it is for, and the record has each attempt.
 */
final class Attempts {
    private final Snapshot snapshot;
    private final List<ConnectTry> tries;

    Attempts(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.tries = snapshot.tries();
    }

    /** The last attempt of which this is so; null when there is none, and once an upstream is connected. */
    @Nullable
    ConnectTry last(Predicate<ConnectTry> so) {
        if (connected()) {
            return null;
        }
        for (int i = tries.size() - 1; i >= 0; i--) {
            if (so.test(tries.get(i))) {
                return tries.get(i);
            }
        }
        return null;
    }

    /**
     * The last failed attempt of which this is so, once nothing is left to try or the search as a whole takes too long; before
     * that the next address may well answer.
     */
    @Nullable
    ConnectTry lastInVain(Predicate<ConnectTry> so) {
        return searching() ? null : last(so);
    }

    /** How long an attempt has taken so far, nanoseconds. */
    long lastedNanos(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        long until = ended == null ? snapshot.nowEpochNanos() : ended.value();
        return Math.max(0, until - attempt.begunAt().value());
    }

    /** When it ended; for one that goes on, when it began. */
    static long endedAt(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        return ended == null ? attempt.begunAt().value() : ended.value();
    }

    /** When an RST answered it; what the wire says of the leg belongs to the last attempt. */
    @Nullable
    Fact<Long> rstAt(ConnectTry attempt) {
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
    @Nullable
    Fact<String> icmp(ConnectTry attempt) {
        return attempt.icmp() == null && isLast(attempt) ? snapshot.upstream().lastIcmp : attempt.icmp();
    }

    /** The upstream's listener on this host; null where none was seen, and for another attempt than the last. */
    PeerSocket.@Nullable Listening listening(ConnectTry attempt) {
        PeerSocket socket = snapshot.upstream().peerSocket;
        return socket == null || !isLast(attempt) ? null : socket.listening();
    }

    /** What is known of an attempt, as evidence. */
    Proof proof(ConnectTry attempt) {
        Fact<Long> ended = attempt.endedAt();
        ConnectResult result = attempt.result();
        long failed = tries.stream().filter(each -> each.result() != null).count();
        Proof proof = new Proof(Leg.UPSTREAM)
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
        return failed < 2 ? proof : proof.amount(Clue.TRIES_FAILED, Fact.socket(failed));
    }

    /** The listener's queue, as evidence. */
    void queue(Proof proof, ConnectTry attempt) {
        PeerSocket.Listening listening = listening(attempt);
        PeerSocket socket = snapshot.upstream().peerSocket;
        if (listening != null && socket != null) {
            proof.seen(Clue.LISTENER_WAITING, listening.waiting(), socket.atEpochNanos())
                    .seen(Clue.LISTENER_BACKLOG, listening.backlog(), socket.atEpochNanos());
        }
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
