package dev.finspect.diagnose.rule;

import dev.finspect.diagnose.LegSnapshot;
import dev.finspect.diagnose.Snapshot;
import dev.finspect.tcp.Fact;
import java.time.Duration;

/** Who spoke last on a leg, and whether that calls for an answer. Pure. */
final class Turn {
    /**
     * As much as protocols say without wanting an answer: a TLS close_notify (31 bytes), HTTP/2 WINDOW_UPDATE, PING
     * acknowledgement or GOAWAY within TLS (35 to 70), PostgreSQL's Terminate or MySQL's COM_QUIT (5).
     */
    private static final long COURTESY_BYTES = 100;
    /** How soon after the peer's bytes such a word is said. */
    private static final long COURTESY_NANOS = Duration.ofMillis(100).toNanos();

    private static final long NEVER = Long.MIN_VALUE;

    private Turn() {}

    /** Whether bytes were sent and nothing came back since. */
    static boolean unanswered(LegSnapshot leg) {
        Fact<Long> sent = leg.lastSentAt;
        return sent != null && Phase.or(leg.lastReceivedAt, NEVER) < sent.value();
    }

    /** Whether the leg's peer is known to go on speaking without being answered: it waits for nobody. */
    static boolean speaksUnasked(LegSnapshot leg) {
        return Phase.positive(leg.unansweredTurns);
    }

    /** Whether the upstream is known never to speak, here or in other sessions: its protocol has no answers. */
    static boolean mute(LegSnapshot upstream) {
        return upstream.bytesReceived.value() == 0 && Boolean.FALSE.equals(upstream.speaksElsewhere);
    }

    /** Whether the unanswered turn is small enough to be a word that wants no answer, from one who has been spoken to. */
    static boolean small(LegSnapshot leg) {
        return leg.bytesReceived.value() > 0 && Phase.or(leg.turnBytesSent, Long.MAX_VALUE) <= COURTESY_BYTES;
    }

    /** Whether the unanswered turn may be a mere courtesy: small, and right after the peer's bytes. */
    static boolean courtesy(LegSnapshot leg) {
        Fact<Long> sent = leg.lastSentAt;
        Fact<Long> received = leg.lastReceivedAt;
        return small(leg) && sent != null && received != null && sent.value() - received.value() <= COURTESY_NANOS;
    }

    /** For how long a peer may be silent: the threshold, or twice what it has taken before, nanoseconds. */
    static long patienceNanos(Snapshot snapshot, LegSnapshot leg) {
        long threshold = snapshot.thresholds().silence().toNanos();
        return Math.max(threshold, 2 * Phase.or(leg.longestAnswerNanos, 0));
    }

    /** When the leg's peer, or finspect on its leg, last sent a byte; when it was established where none has. */
    static long lastBytesAt(LegSnapshot leg) {
        return Math.max(
                Phase.or(leg.establishedAt, NEVER),
                Math.max(Phase.or(leg.lastReceivedAt, NEVER), Phase.or(leg.lastSentAt, NEVER)));
    }
}
