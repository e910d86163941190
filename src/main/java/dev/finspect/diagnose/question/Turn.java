package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Snapshot;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import java.time.Duration;

/** Who sent last on a leg, and whether that calls for an answer. Pure. */
public final class Turn {
    /**
     * What protocols send at most without expecting an answer: a TLS close_notify (31 bytes), HTTP/2 WINDOW_UPDATE, PING
     * acknowledgement or GOAWAY within TLS (35 to 70), PostgreSQL's Terminate or MySQL's COM_QUIT (5).
     */
    private static final long COURTESY_BYTES = 100;
    /** How soon after the peer's bytes such a message follows. */
    private static final long COURTESY_NANOS = Duration.ofMillis(100).toNanos();

    private static final long NEVER = Long.MIN_VALUE;

    private Turn() {}

    /** Whether bytes were sent and nothing came back since. */
    public static boolean isUnanswered(LegRecord leg) {
        Fact<Long> sent = leg.data().traffic().lastSentAt().fact();
        return sent != null && leg.data().traffic().lastReceivedAt().or(NEVER) < sent.value();
    }

    /** Whether the leg's peer is known to go on sending without being answered: it does not wait for answers. */
    public static boolean sendsUnasked(LegRecord leg) {
        return Numbers.positive(leg.data().turns().unansweredTurns());
    }

    /** Whether the upstream is known never to send, here or in other sessions: its protocol has no answers. */
    public static boolean neverAnswers(LegRecord upstream) {
        return upstream.data().traffic().bytesReceived().value() == 0
                && Boolean.FALSE.equals(upstream.peerProgram().speaksElsewhere().orNull());
    }

    /** Whether the unanswered turn is so small that it may not ask for an answer, after the peer has sent something. */
    public static boolean isSmall(LegRecord leg) {
        return leg.data().traffic().bytesReceived().value() > 0
                && leg.data().turns().turnBytesSent().or(Long.MAX_VALUE) <= COURTESY_BYTES;
    }

    /** Whether the unanswered turn may be a courtesy: small, and right after the peer's bytes. */
    public static boolean isCourtesy(LegRecord leg) {
        Fact<Long> sent = leg.data().traffic().lastSentAt().fact();
        Fact<Long> received = leg.data().traffic().lastReceivedAt().fact();
        return isSmall(leg) && sent != null && received != null && sent.value() - received.value() <= COURTESY_NANOS;
    }

    /** For how long a peer may be silent, nanoseconds: the threshold, or twice the longest time it has taken before. */
    public static long patienceNanos(Snapshot snapshot, LegRecord leg) {
        long threshold = snapshot.thresholds().silence().toNanos();
        return Math.max(threshold, 2 * leg.data().turns().longestAnswer().or(0L));
    }

    /** When a byte last passed on the leg, either way; when the leg was established where none has. */
    public static long lastBytesAt(LegRecord leg) {
        return Math.max(
                leg.handshake().establishedAt().or(NEVER),
                Math.max(
                        leg.data().traffic().lastReceivedAt().or(NEVER),
                        leg.data().traffic().lastSentAt().or(NEVER)));
    }
}
