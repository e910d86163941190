package dev.finspect.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A service of our own for one connection. */
final class OneService<R> implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 300;

    private final ServerSocket listener;
    private final CompletableFuture<R> result = new CompletableFuture<>();

    /** What it does with the connection. */
    interface Part<R> {
        /** Plays it; the socket is closed afterwards. */
        R play(Socket client) throws IOException;
    }

    OneService(Part<R> part) throws IOException {
        listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> serve(part), "one-service");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Part<R> part) {
        try (Socket client = listener.accept()) {
            result.complete(part.play(client));
        } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Where it listens. */
    int port() {
        return listener.getLocalPort();
    }

    /** What its part came to. */
    R result() {
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the service did not end well", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
