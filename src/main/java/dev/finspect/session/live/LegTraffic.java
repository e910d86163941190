package dev.finspect.session.live;

import dev.finspect.diagnose.question.Turn;
import dev.finspect.lifecycle.turn.AnswerTimes;
import org.jspecify.annotations.Nullable;

/**
 * Running counts of one leg, written by the relay at every read and write without allocation.
 *
 * <p>Confined to the session's event loop; plain public fields because they are touched for every chunk. Times are
 * monotonic nanoseconds, {@link #NEVER} while it has not happened.
 */
public final class LegTraffic {
    /** The time of an event that has not happened yet. */
    public static final long NEVER = Long.MIN_VALUE;

    /** What is longer without a byte is a rest. */
    static final long PAUSE_NANOS = 1_000_000_000L;

    /** Bytes read from the peer. */
    public long bytesReceived;
    /** Bytes of a PROXY header that went to the peer before everything else, and count nowhere else. */
    int preambleBytes;
    /** Bytes handed to the kernel towards the peer. */
    public long bytesSent;
    /** Time of the first read that returned bytes. */
    public long firstReceivedAtNanos = NEVER;
    /** Time of the latest read that returned bytes. */
    public long lastReceivedAtNanos = NEVER;
    /** Time of the first write that took bytes. */
    public long firstSentAtNanos = NEVER;
    /** Time of the latest write that took bytes. */
    public long lastSentAtNanos = NEVER;
    /** Most bytes ever held by the relay that this peer had not yet taken. */
    public long heldBytesMax;
    /** Bytes read from the other peer that could not be handed to this one any more. */
    public long undeliveredBytes;
    /**
     * How often the peer spoke again after a second's pause though the other leg's peer had said nothing meanwhile: a peer
     * that does so does not wait for answers. A client's are counted only until it is first answered: one that shares the
     * connection among several callers speaks on while an answer is due.
     */
    public int unansweredTurns;

    /** When the first byte was sent that the peer has not answered; {@link #NEVER} while it spoke last or nothing was sent. */
    public long unansweredSinceNanos = NEVER;

    /** How often the peer spoke after something had been sent to it. */
    public int answeredTurns;

    /** How long those words took that the peer has answered, each from its first byte sent to its last. */
    long answeredTurnsNanos;

    /** How long the peer let pass in all between the last byte of a word and the first of its answer. */
    long answersNanos;

    /** What had been sent when the peer spoke last. */
    long bytesSentBeforeAnswer;
    /** When bytes, either way, ended the latest rest of a second or more. */
    long restEndedAtNanos = NEVER;
    /** How long that rest lasted. */
    int restMillis;
    /** What had been sent when it ended; the kernel may still have owed the peer some of it. */
    long bytesSentBeforeRestEnded;
    /** The longest rest that bytes sent have ended, and after which the peer was not heard yet; 0 for none. */
    private int unheardRestMillis;
    /** The longest rest after which the peer was heard, and which nobody has taken; 0 for none. */
    private int survivedRestMillis;
    /** The longest time that the peer let pass before it answered; -1 until it has. */
    public long longestAnswerNanos = -1;

    /** How soon the peer answers; of a client, how long it thinks before it speaks again. */
    final AnswerTimes answers = new AnswerTimes();

    /**
     * How long words took in all, from one write to the next, rests of a second or more left out; where both peers speak at once,
     * the time between two of them as well.
     */
    long sendingNanos;
    /** An answer that comes sooner after the last byte was sent is none: half a round trip; 0 where that is too short to tell. */
    long leastAnswerNanos;

    private @Nullable LegTraffic other;
    private boolean asks;
    private IoRound round = IoRound.NONE;
    private long sentInRound;
    private @Nullable Words words;

    /** Takes each word that the peer has answered. On the session's event loop; must neither block nor throw. */
    @FunctionalInterface
    public interface Words {
        /**
         * The peer has answered.
         *
         * @param bytes of the word: all that was sent since the peer spoke last
         * @param first whether nothing was sent before it
         * @param sinceNanos when its first byte was sent
         * @param atNanos when the answer's first byte came
         */
        void answered(long bytes, boolean first, long sinceNanos, long atNanos);
    }

    /** Counts a read of {@code bytes} at {@code atNanos}. */
    public void received(long bytes, long atNanos) {
        if (firstReceivedAtNanos == NEVER) {
            firstReceivedAtNanos = atNanos;
        }
        if (unansweredSinceNanos != NEVER) {
            answered(atNanos);
        }
        if (unheardRestMillis > 0) {
            survivedRestMillis = Math.max(survivedRestMillis, unheardRestMillis);
            unheardRestMillis = 0;
        }
        if (lastReceivedAtNanos != NEVER && atNanos - lastReceivedAtNanos >= PAUSE_NANOS) {
            paused();
            if (rested(lastReceivedAtNanos, lastSentAtNanos, atNanos)) {
                survivedRestMillis = Math.max(survivedRestMillis, restMillis);
            }
        }
        bytesSentBeforeAnswer = bytesSent;
        lastReceivedAtNanos = atNanos;
        bytesReceived += bytes;
    }

    /** The other leg of the session; {@code isClient} whether this one's peer asks and the other's answers. */
    void beside(LegTraffic otherLeg, boolean isClient) {
        other = otherLeg;
        asks = isClient;
    }

    /** The rounds of the loop that reads and writes. */
    void on(IoRound rounds) {
        round = rounds;
    }

    /** From now on {@code taker} takes each word that the peer answers. */
    public void answersTo(Words taker) {
        words = taker;
    }

    /** Size of the word that the peer has not answered; 0 when it spoke last. */
    public long unansweredBytes() {
        return bytesSent - bytesSentBeforeAnswer;
    }

    /** Whether the word that the peer has not answered is the first of the session. */
    public boolean isFirstWord() {
        return bytesSentBeforeAnswer == 0;
    }

    /** What the peer sends now was under way, or in its socket, before the last byte to it was written. */
    private boolean crosses(long atNanos) {
        return (sentInRound > 0 && sentInRound == round.number()) || atNanos - lastSentAtNanos < leastAnswerNanos;
    }

    private boolean interleaved() {
        return answers.interleaved() || (other != null && other.answers.interleaved());
    }

    private void countTurn(long atNanos) {
        if (!crosses(atNanos)) {
            answers.answered(lastSentAtNanos, atNanos);
        } else {
            answers.crossed();
            if (other != null) {
                other.answers.interrupted();
            }
        }
    }

    private void answered(long atNanos) {
        // As the rules count it: from the first byte, but of an upload from the last.
        long sinceNanos = unansweredBytes() <= Turn.LARGE_BYTES ? unansweredSinceNanos : lastSentAtNanos;
        longestAnswerNanos = Math.max(longestAnswerNanos, atNanos - sinceNanos);
        answeredTurns++;
        answeredTurnsNanos += lastSentAtNanos - unansweredSinceNanos;
        answersNanos += atNanos - lastSentAtNanos;
        countTurn(atNanos);
        if (words != null) {
            words.answered(unansweredBytes(), isFirstWord(), unansweredSinceNanos, atNanos);
        }
        unansweredSinceNanos = NEVER;
    }

    private boolean rested(long lastNanos, long otherwiseNanos, long atNanos) {
        long sinceNanos = otherwiseNanos == NEVER ? lastNanos : Math.max(lastNanos, otherwiseNanos);
        if (atNanos - sinceNanos >= PAUSE_NANOS) {
            restMillis = (int) Math.min(Integer.MAX_VALUE, (atNanos - sinceNanos) / 1_000_000);
            restEndedAtNanos = atNanos;
            bytesSentBeforeRestEnded = bytesSent;
            return true;
        }
        return false;
    }

    /** The longest rest after which the peer was heard since this was last asked, nanoseconds; 0 for none. */
    public long takeSurvivedRestNanos() {
        int taken = survivedRestMillis;
        survivedRestMillis = 0;
        return taken * 1_000_000L;
    }

    /**
     * The rest before an end that comes now, nanoseconds; 0 for none: one that lasts, or one that bytes sent have just ended
     * without a word of the peer since.
     */
    public long restBeforeEndNanos(long nowNanos) {
        if (unheardRestMillis > 0) {
            return nowNanos - restEndedAtNanos < PAUSE_NANOS ? unheardRestMillis * 1_000_000L : 0;
        }
        long lastNanos = Math.max(lastReceivedAtNanos, lastSentAtNanos);
        return lastNanos == NEVER ? 0 : nowNanos - lastNanos;
    }

    private void paused() {
        LegTraffic listener = other;
        if (listener != null
                && !(asks && listener.answeredTurns > 0)
                && (listener.lastReceivedAtNanos == NEVER || listener.lastReceivedAtNanos - lastReceivedAtNanos < 0)) {
            unansweredTurns++;
        }
    }

    /** Counts a write of {@code bytes} at {@code atNanos}. */
    public void sent(long bytes, long atNanos) {
        if (firstSentAtNanos == NEVER) {
            firstSentAtNanos = atNanos;
        }
        if (lastSentAtNanos != NEVER && atNanos - lastSentAtNanos >= PAUSE_NANOS) {
            if (rested(lastSentAtNanos, lastReceivedAtNanos, atNanos)) {
                unheardRestMillis = Math.max(unheardRestMillis, restMillis);
            }
        } else if (unansweredSinceNanos != NEVER || (lastSentAtNanos != NEVER && interleaved())) {
            sendingNanos += atNanos - lastSentAtNanos;
        }
        if (unansweredSinceNanos == NEVER) {
            unansweredSinceNanos = atNanos;
            if (!asks) {
                answers.over(lastReceivedAtNanos);
            }
        }
        sentInRound = round.number();
        lastSentAtNanos = atNanos;
        bytesSent += bytes;
    }

    /** Notes that the relay holds {@code bytes} for this peer. */
    public void held(long bytes) {
        if (bytes > heldBytesMax) {
            heldBytesMax = bytes;
        }
    }
}
