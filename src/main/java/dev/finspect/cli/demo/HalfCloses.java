package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service says all it has to say, sends its FIN, and goes on listening to a client that has much to tell. */
final class HalfCloses implements DemoScenario {
    @Override
    public String name() {
        return "half-closes";
    }

    @Override
    public String shows() {
        return "sends its FIN first, hears on: bytes after the FIN";
    }

    @Override
    public void serve(SocketChannel client) throws IOException {
        PeerIo.say(client, 2_000);
        client.shutdownOutput();
        PeerIo.hearOut(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException, InterruptedException {
        PeerIo.hearOut(service);
        for (int i = 0; i < 30; i++) {
            PeerIo.say(service, 8_000);
            Thread.sleep(50);
        }
    }
}
