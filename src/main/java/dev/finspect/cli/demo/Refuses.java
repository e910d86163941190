package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Nobody listens at the service's port. */
final class Refuses implements DemoScenario {
    @Override
    public String name() {
        return "refuses";
    }

    @Override
    public String shows() {
        return "nobody listens: connect_failed, the client gets RST";
    }

    @Override
    public boolean listens() {
        return false;
    }

    @Override
    public void serve(SocketChannel client) {
        throw new IllegalStateException("nobody listens, and yet somebody came: " + client);
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.hearOut(service);
    }
}
