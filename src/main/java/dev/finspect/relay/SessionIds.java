package dev.finspect.relay;

import dev.finspect.session.SessionIdentity;
import java.nio.charset.StandardCharsets;

/**
 * Makes session ids: twenty letters of Crockford's base 32 that sort by start. Confined to one loop.
 *
 * <p>Eleven letters of wall-clock microseconds, seven that are random to the process, two of the loop. The first eleven alone
 * differ from those of every other session of the process, so that they are a short id: each loop takes the microseconds
 * that, divided by the number of loops, leave its own number. A loop needs no lock for that, and is off by less than a
 * microsecond for each loop.
 */
final class SessionIds {
    private static final byte[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = 20;
    private static final int RANDOM_LETTERS = 7;
    private static final int LOOP_LETTERS = 2;

    private final byte[] letters = new byte[LENGTH];
    private final int loop;
    private final int loops;
    private long lastMicros = Long.MIN_VALUE;

    /**
     * Ids of one loop.
     *
     * @param processRandom the same for all loops of the process; its low 35 bits are used
     * @param loop 0 to 1023
     * @param loops how many there are; more than {@code loop}
     */
    SessionIds(long processRandom, int loop, int loops) {
        this.loop = loop;
        this.loops = loops;
        write(SessionIdentity.SHORT_ID_LENGTH, RANDOM_LETTERS, processRandom);
        write(SessionIdentity.SHORT_ID_LENGTH + RANDOM_LETTERS, LOOP_LETTERS, loop);
    }

    /** The next id, for a session that starts at {@code epochMicros} of the wall clock, which may have been set back. */
    String next(long epochMicros) {
        long own = epochMicros - Math.floorMod(epochMicros - loop, loops);
        lastMicros = Math.max(own, lastMicros + loops);
        write(0, SessionIdentity.SHORT_ID_LENGTH, lastMicros);
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    private void write(int offset, int count, long value) {
        long rest = value;
        for (int i = offset + count - 1; i >= offset; i--) {
            letters[i] = ALPHABET[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
