package dev.finspect.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** SHA-256 digests of streams, and streams of pseudo-random bytes from a seed. */
public final class Digest {
    private Digest() {}

    /** Of all that the stream gives until its end. */
    public static String of(InputStream bytes) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[1 << 16];
        for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
            digest.update(chunk, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Of a file. */
    public static String of(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return of(bytes);
        }
    }

    /** Writes {@code length} bytes that follow from {@code seed}, and answers with their digest. */
    public static String write(OutputStream to, long seed, long length) throws IOException {
        MessageDigest digest = sha256();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] chunk = new byte[1 << 16];
        for (long left = length; left > 0; ) {
            random.nextBytes(chunk);
            int some = (int) Math.min(left, chunk.length);
            digest.update(chunk, 0, some);
            to.write(chunk, 0, some);
            left -= some;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
