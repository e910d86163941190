package dev.finspect.kernel.capture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A listener and clients that connect to it, on one thread. The payload is a text that occurs in no header. */
final class Conversation implements AutoCloseable {
    static final String MARK = "PAYLOADPAYLOADPAYLOAD!";
    static final int REQUEST_BYTES = 10 * MARK.length();
    static final int ANSWER_BYTES = 1000 * MARK.length();

    private final ServerSocket listener;

    Conversation(InetAddress address) throws IOException {
        listener = new ServerSocket(0, 50, address);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The client sends a request and half-closes; the server responds and closes. */
    void orderly() throws IOException {
        try (Socket client = new Socket(listener.getInetAddress(), port());
                Socket server = listener.accept()) {
            client.getOutputStream().write(text(REQUEST_BYTES));
            client.shutdownOutput();
            server.getInputStream().readAllBytes();
            Thread answer = new Thread(() -> {
                try {
                    server.getOutputStream().write(text(ANSWER_BYTES));
                    server.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            answer.start();
            int read = client.getInputStream().readAllBytes().length;
            if (read != ANSWER_BYTES) {
                throw new IOException("the answer had " + read + " bytes");
            }
        }
    }

    /** The client sends a request and resets the connection. */
    void reset() throws IOException {
        Socket client = new Socket(listener.getInetAddress(), port());
        try (Socket server = listener.accept();
                client) {
            client.getOutputStream().write(text(REQUEST_BYTES));
            server.getInputStream().readNBytes(REQUEST_BYTES);
            client.setSoLinger(true, 0);
        }
    }

    private static byte[] text(int bytes) {
        return MARK.repeat(bytes / MARK.length()).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
