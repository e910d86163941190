package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service resets the connection in the middle of its answer. */
final class Resets implements DemoScenario {
    private static final int REQUEST_BYTES = 120;

    @Override
    public String name() {
        return "resets";
    }

    @Override
    public String shows() {
        return "sends an RST mid-answer: upstream.rst, outcome reset";
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.read(client, REQUEST_BYTES);
        PeerIo.write(client, 6_000);
        Thread.sleep(150);
        PeerIo.reset(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.write(service, REQUEST_BYTES);
        PeerIo.readToEnd(service);
    }
}
