package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service reads the request and never answers; the client gives up. */
final class NeverAnswers implements DemoScenario {
    private static final int REQUEST_BYTES = 120;
    private static final int WAIT_MILLIS = 3_500;

    @Override
    public String name() {
        return "never-answers";
    }

    @Override
    public String shows() {
        return "reads the request, never answers: a hang, explained";
    }

    @Override
    public void serve(SocketChannel client) throws IOException {
        PeerIo.read(client, REQUEST_BYTES);
        PeerIo.readToEnd(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException, InterruptedException {
        PeerIo.write(service, REQUEST_BYTES);
        Thread.sleep(WAIT_MILLIS);
        PeerIo.reset(service);
    }
}
