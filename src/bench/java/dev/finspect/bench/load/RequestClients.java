package dev.finspect.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Clients that wait for each answer before they send again; the result counts answers. */
final class RequestClients implements Load {
    private final boolean connectionPerRequest;

    private RequestClients(boolean connectionPerRequest) {
        this.connectionPerRequest = connectionPerRequest;
    }

    static RequestClients keepingAlive() {
        return new RequestClients(false);
    }

    static RequestClients connectingEachTime() {
        return new RequestClients(true);
    }

    @Override
    public LoadResult run(LoadOrder order) throws IOException {
        Selector selector = Selector.open();
        try {
            return new RequestLoop(selector, order, connectionPerRequest).run();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }
}
