package dev.finspect.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The service of a scenario, on a free port of the loopback. */
final class DemoService implements AutoCloseable {
    private final DemoScenario scenario;
    private final ExecutorService threads;
    private final NetworkChannel port;
    private final InetSocketAddress address;

    private DemoService(DemoScenario scenario, ExecutorService threads, NetworkChannel port) throws IOException {
        this.scenario = scenario;
        this.threads = threads;
        this.port = port;
        this.address = (InetSocketAddress) port.getLocalAddress();
    }

    /** Starts it; one thread accepts, and each connection has another. */
    static DemoService start(DemoScenario scenario, ExecutorService threads) throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (!scenario.listens()) {
            // Bound and not listening: the port is nobody else's, and the kernel refuses who comes.
            return new DemoService(scenario, threads, SocketChannel.open().bind(free));
        }
        ServerSocketChannel listener = ServerSocketChannel.open().bind(free);
        DemoService service = new DemoService(scenario, threads, listener);
        threads.execute(() -> service.acceptFrom(listener));
        return service;
    }

    /** Where it is. */
    InetSocketAddress address() {
        return address;
    }

    private void acceptFrom(ServerSocketChannel listener) {
        while (true) {
            @Nullable SocketChannel client = accept(listener);
            if (client == null) {
                return;
            }
            threads.execute(() -> Ending.of(client, scenario::serve));
        }
    }

    /** The next client, null when the service was closed. */
    private static @Nullable SocketChannel accept(ServerSocketChannel listener) {
        try {
            return listener.accept();
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}
