package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Three requests with an immediate answer each; then the client closes. */
final class AnswersWell implements DemoScenario {
    private static final int REQUEST_BYTES = 120;
    private static final int ANSWER_BYTES = 4_000;

    @Override
    public String name() {
        return "answers-well";
    }

    @Override
    public String shows() {
        return "answers at once: client.fin, upstream.fin, clean";
    }

    @Override
    public void serve(SocketChannel client) throws IOException {
        while (PeerIo.read(client, REQUEST_BYTES)) {
            PeerIo.write(client, ANSWER_BYTES);
        }
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        for (int i = 0; i < 3; i++) {
            PeerIo.write(service, REQUEST_BYTES);
            PeerIo.read(service, ANSWER_BYTES);
        }
        service.shutdownOutput();
        PeerIo.readToEnd(service);
    }
}
