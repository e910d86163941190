package dev.finspect.cli.demo;

import dev.finspect.relay.Timeouts;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** The client has its answer and sends its FIN; the service sits in CLOSE-WAIT until finspect's patience ends. */
final class NeverCloses implements DemoScenario {
    private static final Duration HALF_CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final int QUESTION_BYTES = 120;

    @Override
    public String name() {
        return "never-closes";
    }

    @Override
    public String shows() {
        return "forgets to close: the half-close time-out ends it";
    }

    @Override
    public Timeouts timeouts() {
        Timeouts usual = Timeouts.DEFAULT;
        return new Timeouts(
                usual.connect(), usual.idle(), HALF_CLOSE_TIMEOUT, usual.firstByte(), usual.resetDelivery());
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.hear(client, QUESTION_BYTES);
        PeerIo.say(client, 1_000);
        PeerIo.hearOut(client);
        Thread.sleep(HALF_CLOSE_TIMEOUT.multipliedBy(2).toMillis());
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.say(service, QUESTION_BYTES);
        service.shutdownOutput();
        PeerIo.hearOut(service);
    }
}
