package dev.finspect.cli.warmup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/** A client of an {@link EchoService} that sends bulk, and reads it back meanwhile. It runs on the calling thread. */
public final class BulkLoad {
    private static final int CHUNK_BYTES = 256 * 1024;

    private BulkLoad() {}

    /**
     * Sends so many bytes.
     *
     * @param target the proxy in front of the service
     * @param goesOn asked after each turn of the selector; once false, the connection is closed
     */
    public static void run(InetSocketAddress target, long bytes, BooleanSupplier goesOn) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
        ByteBuffer echo = ByteBuffer.allocateDirect(CHUNK_BYTES);
        try (SocketChannel channel = SocketChannel.open(target);
                Selector selector = Selector.open()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            Waiting waiting = new Waiting();
            long toSend = bytes;
            long toRead = bytes;
            while (toRead > 0 && goesOn.getAsBoolean()) {
                waiting.turn(selector.select(Waiting.TURN_MILLIS));
                selector.selectedKeys().clear();
                if (toSend > 0 && key.isWritable()) {
                    toSend -= channel.write(zeros.clear().limit((int) Math.min(CHUNK_BYTES, toSend)));
                    if (toSend == 0) {
                        key.interestOps(SelectionKey.OP_READ);
                    }
                }
                if (key.isReadable()) {
                    int read = channel.read(echo.clear());
                    if (read < 0) {
                        throw new IOException("closed with " + toRead + " bytes to come");
                    }
                    toRead -= read;
                }
            }
        }
    }
}
