package dev.finspect.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A server that sends back what it gets, on one selector and one thread, and closes after the client's FIN. */
final class Echo implements Runnable {
    private static final int BACKLOG = 4096;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64 * 1024);

    Echo(InetSocketAddress at) throws IOException {
        listener.bind(at, BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public void run() {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        if (key.isAcceptable()) {
            acceptAll();
        } else {
            answer((SocketChannel) key.channel());
        }
    }

    private void acceptAll() {
        try {
            for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
                client.configureBlocking(false);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.register(selector, SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(SocketChannel client) {
        try {
            int read = client.read(scratch.clear());
            if (read < 0) {
                client.close();
            } else if (client.write(scratch.flip()) < read) {
                throw new IOException("the client does not read");
            }
        } catch (IOException e) {
            closeBroken(client);
        }
    }

    private static void closeBroken(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
