package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service reads the question and says nothing; the client waits, and gives up. */
final class NeverAnswers implements DemoScenario {
    private static final int QUESTION_BYTES = 120;
    private static final int PATIENCE_MILLIS = 3_500;

    @Override
    public String name() {
        return "never-answers";
    }

    @Override
    public String shows() {
        return "reads the question and is silent: a hang, explained";
    }

    @Override
    public void serve(SocketChannel client) throws IOException {
        PeerIo.hear(client, QUESTION_BYTES);
        PeerIo.hearOut(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException, InterruptedException {
        PeerIo.say(service, QUESTION_BYTES);
        Thread.sleep(PATIENCE_MILLIS);
        PeerIo.reset(service);
    }
}
