package dev.finspect.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The service of a scenario, on a free loopback port. */
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

    /** Starts the service: one thread accepts, and each connection has its own. */
    static DemoService start(DemoScenario scenario, ExecutorService threads) throws IOException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (!scenario.listens()) {
            // Bound but not listening: reserves the port, and the kernel refuses connections.
            return new DemoService(scenario, threads, SocketChannel.open().bind(free));
        }
        ServerSocketChannel listener = ServerSocketChannel.open().bind(free);
        DemoService service = new DemoService(scenario, threads, listener);
        threads.execute(() -> service.acceptFrom(listener));
        return service;
    }

    /** The service's address. */
    InetSocketAddress address() {
        return address;
    }

    private void acceptFrom(ServerSocketChannel listener) {
        while (true) {
            @Nullable SocketChannel client = accept(listener);
            if (client == null) {
                return;
            }
            threads.execute(() -> PeerIo.run(client, scenario::serve));
        }
    }

    /** The next client; null once the service is closed. */
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
