package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The first byte of the answer comes late, the others by and by, and the service closes. */
final class AnswersSlowly implements DemoScenario {
    private static final int QUESTION_BYTES = 120;

    @Override
    public String name() {
        return "answers-slowly";
    }

    @Override
    public String shows() {
        return "thinks for 800 ms, then drips: a late first byte";
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.hear(client, QUESTION_BYTES);
        Thread.sleep(800);
        for (int i = 0; i < 20; i++) {
            PeerIo.say(client, 512);
            Thread.sleep(60);
        }
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.say(service, QUESTION_BYTES);
        PeerIo.hearOut(service);
    }
}
