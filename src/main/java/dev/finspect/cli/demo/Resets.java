package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service breaks off in the middle of its answer. */
final class Resets implements Scenario {
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
        Chatter.hear(client, QUESTION_BYTES);
        Chatter.say(client, 6_000);
        Thread.sleep(150);
        Chatter.reset(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        Chatter.say(service, QUESTION_BYTES);
        Chatter.hearOut(service);
    }
}
