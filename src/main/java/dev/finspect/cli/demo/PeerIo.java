package dev.finspect.cli.demo;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads and writes on a blocking channel. */
final class PeerIo {
    private static final int CHUNK_BYTES = 8 * 1024;

    private PeerIo() {}

    /** Writes {@code bytes} bytes. */
    static void write(SocketChannel peer, int bytes) throws IOException {
        for (int left = bytes; left > 0; ) {
            ByteBuffer chunk = ByteBuffer.allocate(Math.min(left, CHUNK_BYTES));
            left -= chunk.remaining();
            while (chunk.hasRemaining()) {
                peer.write(chunk);
            }
        }
    }

    /** Reads exactly {@code bytes} bytes, or until the peer's FIN; returns whether all arrived. */
    static boolean read(SocketChannel peer, int bytes) throws IOException {
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

    /** Reads until the peer's FIN; returns the number of bytes. */
    static long readToEnd(SocketChannel peer) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long total = 0;
        for (int read = peer.read(chunk); read >= 0; read = peer.read(chunk.clear())) {
            total += read;
        }
        return total;
    }

    /** Closes with an RST instead of a FIN. */
    static void reset(SocketChannel peer) throws IOException {
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
    }

    /** One peer's side of a session. */
    @FunctionalInterface
    interface Side {
        /** Runs it on a connection. */
        void run(SocketChannel peer) throws IOException, InterruptedException;
    }

    /** Runs one side and closes its socket; ignores a broken connection, which the session's record reports. */
    static void run(SocketChannel peer, Side side) {
        try (peer) {
            side.run(peer);
        } catch (IOException broken) {
            // Some scenarios end this way on purpose.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
