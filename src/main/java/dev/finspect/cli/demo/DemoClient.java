package dev.finspect.cli.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** The client of a scenario: repeats its session until its thread is interrupted. */
final class DemoClient implements Runnable {
    private final DemoScenario scenario;
    private final InetSocketAddress route;

    /** A client that connects to {@code route}. */
    DemoClient(DemoScenario scenario, InetSocketAddress route) {
        this.scenario = scenario;
        this.route = route;
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                PeerIo.run(SocketChannel.open(), this::session);
                Thread.sleep(scenario.pause().toMillis());
            }
        } catch (IOException noSocket) {
            throw new java.io.UncheckedIOException("cannot open a socket for " + scenario.name(), noSocket);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void session(SocketChannel service) throws IOException, InterruptedException {
        service.connect(route);
        scenario.use(service);
    }
}
