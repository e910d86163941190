package dev.finspect.cli.warmup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Clients of an {@link EchoService} that connect, ask, wait for the answer and end the connection as {@link LoadEnding}
 * says. All run on the calling thread.
 */
public final class RequestLoad {
    private static final int REQUEST_BYTES = 100;

    private final Selector selector;
    private final Order order;
    private final BooleanSupplier goesOn;
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(REQUEST_BYTES * 2);
    private final Waiting waiting = new Waiting();
    private int begun;
    private int open;
    private int ended;

    private RequestLoad(Selector selector, Order order, BooleanSupplier goesOn) {
        this.selector = selector;
        this.order = order;
        this.goesOn = goesOn;
    }

    /**
     * What to do.
     *
     * @param target the proxy in front of the service
     * @param sessions connections, one after another
     * @param atOnce connections open at a time
     * @param requests on each connection
     */
    public record Order(InetSocketAddress target, int sessions, int atOnce, int requests) {}

    /**
     * Does it, and returns the number of sessions that have ended.
     *
     * @param goesOn asked after each turn of the selector; once false, all connections are closed
     * @throws IOException if a connection ends in another way than it should, or nothing arrives for a minute
     */
    public static int run(Order order, BooleanSupplier goesOn) throws IOException {
        Selector selector = Selector.open();
        try {
            RequestLoad load = new RequestLoad(selector, order, goesOn);
            load.run();
            return load.ended;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
            selector.close();
        }
    }

    /** One connection. */
    private static final class Client {
        private final LoadEnding end;
        private int requests;
        private int missingBytes;

        Client(LoadEnding end, int requests) {
            this.end = end;
            this.requests = requests;
        }
    }

    private void run() throws IOException {
        while (goesOn.getAsBoolean()) {
            while (open < order.atOnce() && begun < order.sessions()) {
                connect();
            }
            if (open == 0) {
                return;
            }
            waiting.turn(selector.select(this::ready, Waiting.TURN_MILLIS));
        }
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Client client = new Client(LoadEnding.of(begun), order.requests());
        begun++;
        open++;
        boolean connected = channel.connect(order.target());
        channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, client);
        if (connected) {
            ask(channel, client);
        }
    }

    private void ready(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        Client client = (Client) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                ask(channel, client);
            } else {
                receive(channel, client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ask(SocketChannel channel, Client client) throws IOException {
        client.requests--;
        client.missingBytes = REQUEST_BYTES;
        LoadEnding end = client.requests == 0 ? client.end : LoadEnding.CLIENT_CLOSES;
        channel.write(request.put(0, (byte) end.ordinal()).rewind());
        if (end == LoadEnding.CLIENT_HALF_CLOSES) {
            channel.shutdownOutput();
        }
    }

    private void receive(SocketChannel channel, Client client) throws IOException {
        int read;
        try {
            read = channel.read(answer.clear());
        } catch (IOException e) {
            if (client.end != LoadEnding.SERVICE_RESETS) {
                throw e;
            }
            ended(channel); // An RST may overtake the answer.
            return;
        }
        if (read < 0) {
            if (client.missingBytes > 0) {
                throw new IOException("closed before the answer");
            }
            ended(channel);
            return;
        }
        client.missingBytes -= read;
        if (client.missingBytes == 0) {
            answered(channel, client);
        }
    }

    private void answered(SocketChannel channel, Client client) throws IOException {
        if (client.requests > 0) {
            ask(channel, client);
        } else if (client.end == LoadEnding.CLIENT_CLOSES) {
            ended(channel);
        } else if (client.end == LoadEnding.CLIENT_RESETS) {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            ended(channel);
        }
        // The others end with the service's FIN or RST.
    }

    private void ended(SocketChannel channel) throws IOException {
        channel.close();
        open--;
        ended++;
    }
}
