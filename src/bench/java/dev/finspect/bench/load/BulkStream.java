package dev.finspect.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;

/**
 * One stream of a bulk load: reads until its deadline, then sends its FIN and reads what is still on the way.
 *
 * <p>How the stream ends after the FIN is the proxy's affair: nginx, for one, gives up the rest.
 */
final class BulkStream implements Callable<Long>, AutoCloseable {
    static final int CHUNK_BYTES = 256 * 1024;

    private final SocketChannel channel;
    private final InetSocketAddress target;
    private final long deadlineNanos;
    private boolean finSent;

    BulkStream(InetSocketAddress target, long deadlineNanos) throws IOException {
        this.channel = SocketChannel.open();
        this.target = target;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public Long call() throws IOException {
        channel.connect(target);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long bytes = 0;
        for (int read = read(chunk); read >= 0; read = read(chunk)) {
            bytes += read;
            if (!finSent && System.nanoTime() - deadlineNanos >= 0) {
                channel.shutdownOutput();
                finSent = true;
            }
        }
        if (!finSent) {
            throw new IOException("a stream ended early, after " + bytes + " bytes");
        }
        return bytes;
    }

    private int read(ByteBuffer chunk) throws IOException {
        try {
            return channel.read(chunk.clear());
        } catch (IOException e) {
            if (finSent) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
