package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service sends its data and its FIN, then goes on reading from the client. */
final class HalfCloses implements DemoScenario {
    @Override
    public String name() {
        return "half-closes";
    }

    @Override
    public String shows() {
        return "sends its FIN first, keeps reading: bytes after FIN";
    }

    @Override
    public void serve(SocketChannel client) throws IOException {
        PeerIo.write(client, 2_000);
        client.shutdownOutput();
        PeerIo.readToEnd(client);
    }

    @Override
    public void use(SocketChannel service) throws IOException, InterruptedException {
        PeerIo.readToEnd(service);
        for (int i = 0; i < 30; i++) {
            PeerIo.write(service, 8_000);
            Thread.sleep(50);
        }
    }
}
