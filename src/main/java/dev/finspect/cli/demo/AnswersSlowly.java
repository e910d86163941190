package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service answers late and slowly, then closes. */
final class AnswersSlowly implements DemoScenario {
    private static final int REQUEST_BYTES = 120;

    @Override
    public String name() {
        return "answers-slowly";
    }

    @Override
    public String shows() {
        return "answers after 800 ms, slowly: a late first byte";
    }

    @Override
    public void serve(SocketChannel client) throws IOException, InterruptedException {
        PeerIo.read(client, REQUEST_BYTES);
        Thread.sleep(800);
        for (int i = 0; i < 20; i++) {
            PeerIo.write(client, 512);
            Thread.sleep(60);
        }
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.write(service, REQUEST_BYTES);
        PeerIo.readToEnd(service);
    }
}
