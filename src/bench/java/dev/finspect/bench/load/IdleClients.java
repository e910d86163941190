package dev.finspect.bench.load;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Connections that each carry one request and its answer, and then stay open; the result counts connections. */
final class IdleClients implements Load {
    private final List<Socket> open = new ArrayList<>();

    @Override
    public LoadResult run(LoadOrder order) throws IOException {
        long startNanos = System.nanoTime();
        for (int i = 0; i < order.clients(); i++) {
            Socket socket = new Socket();
            open.add(socket);
            socket.setSoTimeout(Stall.MILLIS);
            socket.connect(Place.of(order.host(), order.port()), Stall.MILLIS);
            exchange(socket);
        }
        return new LoadResult(open.size(), System.nanoTime() - startNanos, 0, 0);
    }

    private static void exchange(Socket socket) throws IOException {
        byte[] request = Message.text();
        socket.getOutputStream().write(request);
        int read = socket.getInputStream().readNBytes(request, 0, request.length);
        if (read < request.length) {
            throw new IOException("closed before the answer");
        }
    }

    /** The load that closes what is open. */
    Load release() {
        return order -> {
            int count = open.size();
            for (Socket socket : open) {
                socket.close();
            }
            open.clear();
            return new LoadResult(count, 1, 0, 0);
        };
    }
}
