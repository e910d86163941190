package dev.finspect.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that sends as fast as it can on every connection, until it has the client's FIN. */
final class Source implements Runnable {
    private final ServerSocketChannel listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "source-stream");
        thread.setDaemon(true);
        return thread;
    });

    Source(InetSocketAddress at) throws IOException {
        listener = ServerSocketChannel.open().bind(at);
    }

    @Override
    public void run() {
        try {
            while (true) {
                SocketChannel stream = listener.accept();
                threads.execute(() -> send(stream));
                threads.execute(() -> closeAtFin(stream));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(SocketChannel stream) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(BulkStream.CHUNK_BYTES);
        try {
            while (stream.isOpen()) {
                stream.write(chunk.clear());
            }
        } catch (IOException e) {
            // The other thread closed the stream, or the proxy reset it: either way it is over.
        }
    }

    private static void closeAtFin(SocketChannel stream) {
        ByteBuffer ignored = ByteBuffer.allocate(1024);
        try (stream) {
            while (stream.read(ignored.clear()) >= 0) {
                // Nothing is asked of a source; only the end of the client's side counts.
            }
        } catch (IOException e) {
            // Reset instead of FIN ends the stream as well.
        }
    }
}
