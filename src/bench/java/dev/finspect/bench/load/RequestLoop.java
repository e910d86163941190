package dev.finspect.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * One run of request clients, all on one selector and one thread.
 *
 * <p>An answer's time runs from the request, or from the connect where every request has a connection of its own.
 */
final class RequestLoop {
    private final Selector selector;
    private final LoadOrder order;
    private final boolean connectionPerRequest;
    private final InetSocketAddress target;
    private final ByteBuffer request = ByteBuffer.allocateDirect(Message.BYTES).put(Message.text());
    private final ByteBuffer answer = ByteBuffer.allocateDirect(2 * Message.BYTES);
    private final LatencyHistogram latencies = new LatencyHistogram();
    private long deadlineNanos;
    private int clients;

    /** What a client waits for. */
    private static final class Exchange {
        long startedNanos;
        int missingBytes;
    }

    RequestLoop(Selector selector, LoadOrder order, boolean connectionPerRequest) throws IOException {
        this.selector = selector;
        this.order = order;
        this.connectionPerRequest = connectionPerRequest;
        this.target = Place.of(order.host(), order.port());
    }

    LoadResult run() throws IOException {
        long startNanos = System.nanoTime();
        deadlineNanos = startNanos + TimeUnit.MILLISECONDS.toNanos(order.millis());
        for (clients = 0; clients < order.clients(); clients++) {
            connect();
        }
        while (clients > 0) {
            if (selector.select(this::ready, Stall.MILLIS) == 0) {
                throw new IOException(clients + " clients without an answer for " + Stall.MILLIS + " ms");
            }
        }
        return new LoadResult(
                latencies.total(),
                System.nanoTime() - startNanos,
                latencies.percentileNanos(0.50),
                latencies.percentileNanos(0.99));
    }

    /** Whether the clients that go on will answer for the rest of the count. */
    private boolean isLast() {
        return order.count() > 0 && latencies.total() + clients > order.count();
    }

    private void connect() throws IOException {
        Exchange exchange = new Exchange();
        exchange.startedNanos = System.nanoTime();
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = channel.connect(target);
        SelectionKey key =
                channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, exchange);
        if (connected) {
            send(key, exchange, exchange.startedNanos);
        }
    }

    private void ready(SelectionKey key) {
        Exchange exchange = (Exchange) key.attachment();
        try {
            if (key.isConnectable()) {
                finishConnect(key, exchange);
            } else {
                receive(key, exchange);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void finishConnect(SelectionKey key, Exchange exchange) throws IOException {
        ((SocketChannel) key.channel()).finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        send(key, exchange, connectionPerRequest ? exchange.startedNanos : System.nanoTime());
    }

    private void send(SelectionKey key, Exchange exchange, long startedNanos) throws IOException {
        exchange.startedNanos = startedNanos;
        exchange.missingBytes = Message.BYTES;
        if (((SocketChannel) key.channel()).write(request.rewind()) != Message.BYTES) {
            throw new IOException("a request did not fit into an empty socket buffer");
        }
    }

    private void receive(SelectionKey key, Exchange exchange) throws IOException {
        int read = ((SocketChannel) key.channel()).read(answer.clear());
        exchange.missingBytes -= read;
        if (read < 0 || exchange.missingBytes < 0) {
            throw new IOException(read < 0 ? "closed before the answer" : "more bytes than were asked for");
        }
        if (exchange.missingBytes == 0) {
            answered(key, exchange, System.nanoTime());
        }
    }

    private void answered(SelectionKey key, Exchange exchange, long nowNanos) throws IOException {
        latencies.record(nowNanos - exchange.startedNanos);
        boolean over = nowNanos - deadlineNanos >= 0 || isLast();
        if (over || connectionPerRequest) {
            key.channel().close();
        }
        if (over) {
            clients--;
        } else if (connectionPerRequest) {
            connect();
        } else {
            send(key, exchange, nowNanos);
        }
    }
}
