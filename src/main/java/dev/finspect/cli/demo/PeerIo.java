package dev.finspect.cli.demo;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to say and to hear on a blocking channel. */
final class PeerIo {
    private static final int CHUNK_BYTES = 8 * 1024;

    private PeerIo() {}

    /** Writes {@code bytes} bytes. */
    static void say(SocketChannel peer, int bytes) throws IOException {
        for (int left = bytes; left > 0; ) {
            ByteBuffer chunk = ByteBuffer.allocate(Math.min(left, CHUNK_BYTES));
            left -= chunk.remaining();
            while (chunk.hasRemaining()) {
                peer.write(chunk);
            }
        }
    }

    /** Reads exactly {@code bytes} bytes, fewer only before the peer's FIN; answers whether all came. */
    static boolean hear(SocketChannel peer, int bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (int left = bytes; left > 0; ) {
            int read = peer.read(chunk.clear().limit(Math.min(left, CHUNK_BYTES)));
            if (read < 0) {
                return false;
            }
            left -= read;
        }
        return true;
    }

    /** Reads until the peer's FIN; answers how many bytes came. */
    static long hearOut(SocketChannel peer) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long heard = 0;
        for (int read = peer.read(chunk); read >= 0; read = peer.read(chunk.clear())) {
            heard += read;
        }
        return heard;
    }

    /** Closes with an RST instead of a FIN. */
    static void reset(SocketChannel peer) throws IOException {
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
    }
}
