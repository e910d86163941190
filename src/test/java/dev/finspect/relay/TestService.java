package dev.finspect.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A service on loopback whose connections a test takes one by one. */
final class TestService implements AutoCloseable {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-peer");
        thread.setDaemon(true);
        return thread;
    });

    private static final Queue<SocketChannel> HELD = new ConcurrentLinkedQueue<>();

    private final ServerSocketChannel listener;

    private TestService(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static TestService open() throws IOException {
        return open(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 4096, 0);
    }

    /**
     * Listens on a free port.
     *
     * @param backlog connections that may wait to be accepted
     * @param bufferBytes of the kernel for each connection; 0 leaves the system's
     */
    static TestService open(InetAddress address, int backlog, int bufferBytes) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        if (bufferBytes > 0) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
        }
        return new TestService(listener.bind(new InetSocketAddress(address, 0), backlog));
    }

    /** Listens on 127.0.0.2, on the port at which {@code nobody} on 127.0.0.1 refuses. */
    static TestService beside(UpstreamTarget nobody) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        InetAddress second = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        return new TestService(listener.bind(new InetSocketAddress(second, nobody.port()), 10));
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    UpstreamTarget target() throws IOException {
        return new UpstreamTarget(
                address().getAddress().getHostAddress(), address().getPort());
    }

    /** The next connection; waits for it. */
    TestPeer accept() throws Exception {
        return within(later(this::take));
    }

    /** The same, on this thread and for as long as it takes. */
    TestPeer take() throws IOException {
        return new TestPeer(listener.accept());
    }

    /** An address of loopback that refuses: a socket of ours has it for as long as the tests run, and does not listen. */
    static UpstreamTarget nobody() throws IOException {
        return held(false);
    }

    /** An address on which a relay can be told to listen, and which no other program can get meanwhile. */
    static UpstreamTarget reserved() throws IOException {
        return held(true);
    }

    private static UpstreamTarget held(boolean shared) throws IOException {
        SocketChannel socket = SocketChannel.open();
        HELD.add(socket);
        socket.setOption(StandardSocketOptions.SO_REUSEADDR, shared);
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        return new UpstreamTarget("127.0.0.1", socket.socket().getLocalPort());
    }

    /** Threads for peers. */
    static Executor threads() {
        return THREADS;
    }

    /** Runs what a peer does on a thread of its own. */
    static <T> CompletableFuture<T> later(PeerTask<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                THREADS);
    }

    /** The result, or a failure after a minute and a half. */
    static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(90, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** What a peer does. */
    interface PeerTask<T> {
        T run() throws Exception;
    }
}
