package dev.finspect.session;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ended sessions in the order of their numbers, the oldest first; the oldest can be dropped. Without a bound of its own. Not
 * thread-safe.
 */
final class EndedSessions {
    private static final int INITIAL_LENGTH = 64;

    /** Rings: the session at place n, counted from the oldest, is at {@link #first} + n modulo their length. */
    private @Nullable EndedSession[] sessions = new @Nullable EndedSession[INITIAL_LENGTH];

    private long[] numbers = new long[INITIAL_LENGTH];
    /** What each takes, so that the oldest, which no cache of the processor has, need not be read to be dropped. */
    private long[] bytes = new long[INITIAL_LENGTH];

    private int first;
    private int count;
    private long heldBytes;

    /** Adds the latest, whose number is the greatest. */
    void add(long number, EndedSession session, long takenBytes) {
        if (count == sessions.length) {
            grow();
        }
        int index = index(count);
        sessions[index] = session;
        numbers[index] = number;
        bytes[index] = takenBytes;
        heldBytes += takenBytes;
        count++;
    }

    /** Drops the oldest, of which there must be one. */
    void dropOldest() {
        heldBytes -= bytes[first];
        sessions[first] = null;
        first = index(1);
        count--;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** What all take. */
    long heldBytes() {
        return heldBytes;
    }

    /** The number of the one at this place, counted from the oldest. */
    long number(int place) {
        return numbers[index(place)];
    }

    /** The one at this place, counted from the oldest. */
    EndedSession at(int place) {
        return Objects.requireNonNull(sessions[index(place)]);
    }

    /** How many have a number below this one. */
    int countBefore(long number) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number(middle) < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int index(int place) {
        return (first + place) % sessions.length;
    }

    private void grow() {
        int length = sessions.length;
        @Nullable EndedSession[] more = Arrays.copyOf(sessions, 2 * length);
        long[] theirNumbers = Arrays.copyOf(numbers, 2 * length);
        long[] theirBytes = Arrays.copyOf(bytes, 2 * length);
        // What had wrapped around follows what was at the end.
        System.arraycopy(sessions, 0, more, length, first);
        System.arraycopy(numbers, 0, theirNumbers, length, first);
        System.arraycopy(bytes, 0, theirBytes, length, first);
        Arrays.fill(more, 0, first, null);
        sessions = more;
        numbers = theirNumbers;
        bytes = theirBytes;
    }
}
