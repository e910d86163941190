package dev.finspect.relay;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * A stream of bytes of any length whose byte at every position is known, so that a lost, doubled, moved or changed byte is
 * seen where it happens. Its period is a prime, so that no block of a relay's buffers looks like another.
 */
final class ByteStream {
    private static final int PERIOD = 1_000_003;

    private final byte[] bytes = new byte[PERIOD];

    ByteStream(long seed) {
        new Random(seed).nextBytes(bytes);
    }

    /** Fills {@code buffer} with the bytes from {@code position} on. */
    void fill(ByteBuffer buffer, long position) {
        int at = (int) (position % PERIOD);
        while (buffer.hasRemaining()) {
            int run = Math.min(buffer.remaining(), PERIOD - at);
            buffer.put(bytes, at, run);
            at = 0;
        }
    }

    /** Fails unless what remains in {@code buffer} are the bytes from {@code position} on. */
    void check(ByteBuffer buffer, long position) {
        int at = (int) (position % PERIOD);
        ByteBuffer left = buffer.duplicate();
        long passed = 0;
        while (left.hasRemaining()) {
            int run = Math.min(left.remaining(), PERIOD - at);
            ByteBuffer part = left.slice(left.position(), run);
            int mismatch = part.mismatch(ByteBuffer.wrap(bytes, at, run));
            if (mismatch >= 0) {
                throw new AssertionError("the byte at position " + (position + passed + mismatch) + " is wrong");
            }
            left.position(left.position() + run);
            passed += run;
            at = 0;
        }
    }
}
