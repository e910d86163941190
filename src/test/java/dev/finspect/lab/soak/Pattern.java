package dev.finspect.lab.soak;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Bytes that differ at each place, so that one that is lost, repeated, moved or changed is seen. */
final class Pattern {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int PRIME = 251;

    private Pattern() {}

    static void write(OutputStream out, int bytes, int seed) throws IOException {
        byte[] piece = new byte[Math.min(bytes, PIECE_BYTES)];
        for (int at = 0; at < bytes; at += piece.length) {
            int length = Math.min(piece.length, bytes - at);
            for (int i = 0; i < length; i++) {
                piece[i] = at(at + i, seed);
            }
            out.write(piece, 0, length);
        }
    }

    /** Reads so many bytes, and fails at the first that is wrong; {@code pause} runs after each piece. */
    static void check(InputStream in, int bytes, int seed, Runnable pause) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        int at = 0;
        while (at < bytes) {
            int read = in.read(piece, 0, Math.min(piece.length, bytes - at));
            if (read < 0) {
                throw new EOFException("the end after " + at + " of " + bytes + " bytes");
            }
            for (int i = 0; i < read; i++) {
                if (piece[i] != at(at + i, seed)) {
                    throw new AssertionError("byte " + (at + i) + " of " + bytes + " is wrong");
                }
            }
            at += read;
            pause.run();
        }
    }

    private static byte at(int place, int seed) {
        return (byte) ((place * 31L + place / PRIME + seed) % PRIME);
    }
}
