package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service breaks off in the middle of its answer. */
final class Resets implements DemoScenario {
    private static final int QUESTION_BYTES = 120;

    @Override
    public String name() {
        return "resets";
    }

    @Override
    public String shows() {
        return "breaks off with an RST: upstream.rst, outcome reset";
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.hear(client, QUESTION_BYTES);
        PeerIo.say(client, 6_000);
        Thread.sleep(150);
        PeerIo.reset(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.say(service, QUESTION_BYTES);
        PeerIo.hearOut(service);
    }
}
