package dev.finspect.relay;

import java.nio.charset.StandardCharsets;

/**
 * Makes session ids: twenty letters of Crockford's base 32 that sort by start. Confined to one loop.
 *
 * <p>Ten letters of wall-clock milliseconds, four of the loop's counter, four that are random to the process, two of the
 * loop: unique without a lock, and sortable within a loop even inside one millisecond.
 */
final class SessionIds {
    private static final byte[] ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = 20;

    private final byte[] letters = new byte[LENGTH];
    private long counter;

    /**
     * Ids of one loop.
     *
     * @param processRandom the same for all loops of the process; its low 20 bits are used
     * @param loop 0 to 1023
     */
    SessionIds(long processRandom, int loop) {
        write(14, 4, processRandom);
        write(18, 2, loop);
    }

    /** The next id, for a session that starts at {@code epochMillis} of the wall clock. */
    String next(long epochMillis) {
        write(0, 10, epochMillis);
        write(10, 4, counter++);
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
