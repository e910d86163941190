package dev.finspect.diagnose.question;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.record.Habit;
import dev.finspect.record.LegRecord;
import dev.finspect.tcp.Fact;
import java.time.Duration;

/** Who sent last on a leg, and whether that calls for an answer. Pure. */
public final class Turn {
    /**
     * What protocols send at most without expecting an answer: a TLS close_notify (31 bytes), HTTP/2 WINDOW_UPDATE, PING
     * acknowledgement or GOAWAY within TLS (35 to 70), PostgreSQL's Terminate or MySQL's COM_QUIT (5).
     */
    public static final long COURTESY_BYTES = 100;

    private static final long NEVER = Long.MIN_VALUE;

    /** More is an upload, whose bytes may take longer than any answer. */
    public static final long LARGE_BYTES = 16 << 10;

    /** After a longer pause what follows is another word. */
    public static final long ANOTHER_WORD_NANOS = Duration.ofSeconds(1).toNanos();

    /** A client that pauses for longer seldom pauses within a request. */
    private static final long MOST_PAUSE_IN_REQUEST_NANOS =
            Duration.ofSeconds(10).toNanos();

    /** Who pauses more often than that sends one word after the other, as a shipper of log lines does. */
    private static final long MOST_PAUSES_OF_UPLOAD = 5;

    private Turn() {}

    /** Whether bytes were sent and nothing came back since. */
    public static boolean isUnanswered(LegRecord leg) {
        Fact<Long> sent = leg.lastSentAt().fact();
        return sent != null && leg.lastReceivedAt().or(NEVER) < sent.value();
    }

    /** Whether the leg's peer is known to go on sending without being answered: it does not wait for answers. */
    public static boolean sendsUnasked(LegRecord leg) {
        return Numbers.positive(leg.data().turns().unansweredTurns());
    }

    /**
     * Whether the client is known to wait for no answers. The upstream has never sent it a byte, and it has spoken three times, or
     * again after a long pause; or seven times, where the upstream answers others.
     *
     * <p>A short pause may be within a request, as where a client first waits for 100 Continue, and an upload may have
     * several. Where an answer has come at last, all before it was one request.
     */
    public static boolean waitsForNothing(LegRecord client, LegRecord upstream) {
        long pauses = client.data().turns().unansweredTurns().or(0L);
        if (upstream.bytesReceived() > 0 || pauses == 0) {
            return false;
        }
        if (Boolean.TRUE.equals(upstream.peerProgram().speaksElsewhere().orNull())) {
            return pauses > MOST_PAUSES_OF_UPLOAD;
        }
        return pauses > 1 || speaksFor(upstream) > MOST_PAUSE_IN_REQUEST_NANOS;
    }

    /** From the first byte that this leg's peer has not answered to the last. */
    private static long speaksFor(LegRecord leg) {
        Long first = leg.data().turns().unansweredSince().orNull();
        Long last = leg.lastSentAt().orNull();
        return first == null || last == null ? 0 : last - first;
    }

    /** Whether the upstream is known never to send, here or in other sessions: its protocol has no answers. */
    public static boolean neverAnswers(LegRecord upstream) {
        return upstream.bytesReceived() == 0
                && Boolean.FALSE.equals(upstream.peerProgram().speaksElsewhere().orNull());
    }

    /** Whether the unanswered turn is so small that it may not ask for an answer, after the peer has sent something. */
    public static boolean isSmall(LegRecord leg) {
        return leg.bytesReceived() > 0 && isTiny(leg);
    }

    /** The same, or its size is not known. */
    public static boolean mayBeSmall(LegRecord leg) {
        return leg.bytesReceived() > 0 && leg.data().turns().turnBytesSent().or(0L) <= COURTESY_BYTES;
    }

    /** Whether the unanswered turn is so small. */
    public static boolean isTiny(LegRecord leg) {
        return leg.data().turns().turnBytesSent().or(Long.MAX_VALUE) <= COURTESY_BYTES;
    }

    /**
     * For how long a peer may be silent, nanoseconds: the threshold, or twice the longest time that it has taken for an answer,
     * here or for such words in other sessions.
     */
    public static long patienceNanos(Thresholds thresholds, LegRecord leg) {
        long threshold = thresholds.silence().toNanos();
        Habit habit = leg.peerProgram().habit().orNull();
        long elsewhere = habit == null ? 0 : habit.longestAnswerNanos();
        return Math.max(
                threshold,
                2 * Math.max(elsewhere, leg.data().turns().longestAnswer().or(0L)));
    }

    /**
     * Since when the peer of this leg owes an answer: since the first byte that it has not answered, so that what its client
     * sends meanwhile does not renew the time. An upload, which is large, is owed an answer only when its last byte is sent; and
     * what was lost on the way, only when it has arrived.
     */
    public static long owedSince(LegRecord leg) {
        Long first = leg.data().turns().unansweredSince().orNull();
        boolean small = leg.data().turns().turnBytesSent().or(Long.MAX_VALUE) <= LARGE_BYTES;
        long sent = first != null && small ? first : lastBytesAt(leg);
        return Math.max(sent, leg.data().flight().stalledUntil().or(Long.MIN_VALUE));
    }

    /** Whether its client spoke again while it waited for an answer: the word is complete, and no answer came. */
    public static boolean isAskedAgain(LegRecord leg) {
        return speaksFor(leg) >= ANOTHER_WORD_NANOS;
    }

    /**
     * Whether the last word asks for an answer as far as that can be known: it is the first of its connection, or the route has
     * always answered such words. That of a connection that was answered before may be a goodbye of any size, such as a
     * WebSocket's close.
     */
    public static boolean isToBeAnswered(LegRecord leg) {
        Habit habit = leg.peerProgram().habit().orNull();
        boolean first = leg.bytesReceived() == 0 && SessionPhase.isKnownFromStart(leg);
        return first || (habit != null && habit.isToAnswer());
    }

    /**
     * Whether the unanswered word was sent in one go, as a request that is complete: it is no upload, and its client did not send
     * more of it later.
     */
    public static boolean isSentAtOnce(LegRecord leg) {
        return leg.data().turns().unansweredSince().isKnown()
                && !isAskedAgain(leg)
                && leg.data().turns().turnBytesSent().or(Long.MAX_VALUE) <= LARGE_BYTES;
    }

    /** When a byte last passed on the leg, either way; when the leg was established where none has. */
    public static long lastBytesAt(LegRecord leg) {
        return Math.max(
                leg.handshake().establishedAt().or(NEVER),
                Math.max(leg.lastReceivedAt().or(NEVER), leg.lastSentAt().or(NEVER)));
    }
}
