package dev.finspect.cli.demo;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The service does not listen on its port. */
final class Refuses implements DemoScenario {
    @Override
    public String name() {
        return "refuses";
    }

    @Override
    public String shows() {
        return "not listening: connect_failed, the client gets RST";
    }

    @Override
    public boolean listens() {
        return false;
    }

    @Override
    public void serve(SocketChannel client) {
        throw new IllegalStateException("not listening, but got a connection: " + client);
    }

    @Override
    public void use(SocketChannel service) throws IOException {
        PeerIo.readToEnd(service);
    }
}
