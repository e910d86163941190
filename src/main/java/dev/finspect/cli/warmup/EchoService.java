package dev.finspect.cli.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A service on a free port of the loopback that sends back what it gets, and ends its connections as their clients ask for
 * it ({@link LoadEnding}). It runs on one thread, until it is closed.
 */
public final class EchoService implements AutoCloseable {
    private static final int BACKLOG = 512;
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Thread thread;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);

    private EchoService(Selector selector, ServerSocketChannel listener, Runnable begin) throws IOException {
        this.selector = selector;
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
        this.thread = new Thread(
                () -> {
                    begin.run();
                    serve();
                },
                "finspect-echo");
        thread.setDaemon(true);
    }

    /**
     * Starts one.
     *
     * @param begin run first on its thread
     */
    public static EchoService start(Runnable begin) throws IOException {
        Selector selector = Selector.open();
        try {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            EchoService service = new EchoService(selector, listener, begin);
            service.thread.start();
            return service;
        } catch (IOException | RuntimeException | Error e) {
            closeAll(selector);
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    private void serve() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (IOException | java.nio.channels.ClosedSelectorException e) {
            return; // Closed.
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                acceptAll();
            } else {
                answer(key, (SocketChannel) key.channel());
            }
        } catch (IOException e) {
            closeQuietly(key); // The client has ended it with an RST.
        }
    }

    private void acceptAll() throws IOException {
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            client.configureBlocking(false);
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.register(selector, SelectionKey.OP_READ);
        }
    }

    /** Sends what a full socket has left first, then reads on. */
    private void answer(SelectionKey key, SocketChannel client) throws IOException {
        if (key.attachment() instanceof ByteBuffer left) {
            client.write(left);
            if (!left.hasRemaining()) {
                key.attach(null);
                key.interestOps(SelectionKey.OP_READ);
            }
            return;
        }
        if (client.read(chunk.clear()) < 0) {
            client.close();
            return;
        }
        LoadEnding end = LoadEnding.askedBy(chunk.get(0));
        client.write(chunk.flip());
        if (chunk.hasRemaining()) {
            key.attach(ByteBuffer.allocate(chunk.remaining()).put(chunk).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        } else if (end.isServices()) {
            if (end == LoadEnding.SERVICE_RESETS) {
                client.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            client.close();
        }
    }

    private static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }

    private static void closeAll(Selector selector) throws IOException {
        selector.keys().forEach(EchoService::closeQuietly);
        selector.close();
    }

    /** Ends its thread, and closes its port and all connections. */
    @Override
    public void close() throws IOException {
        listener.close();
        closeAll(selector);
    }
}
