package dev.finspect.cli.demo;

import dev.finspect.relay.Timeouts;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The client sends its FIN; the service stays in CLOSE-WAIT until finspect's half-close timeout ends the session. */
final class NeverCloses implements DemoScenario {
    private static final Duration HALF_CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final int REQUEST_BYTES = 120;

    @Override
    public String name() {
        return "never-closes";
    }

    @Override
    public String shows() {
        return "never closes: the half-close timeout ends it";
    }

    @Override
    public Timeouts timeouts() {
        Timeouts usual = Timeouts.DEFAULT;
        return new Timeouts(
                usual.connect(), usual.idle(), HALF_CLOSE_TIMEOUT, usual.firstByte(), usual.resetDelivery());
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.read(client, REQUEST_BYTES);
        PeerIo.write(client, 1_000);
        PeerIo.readToEnd(client);
        Thread.sleep(HALF_CLOSE_TIMEOUT.multipliedBy(2).toMillis());
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.write(service, REQUEST_BYTES);
        service.shutdownOutput();
        PeerIo.readToEnd(service);
    }
}
