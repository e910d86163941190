package dev.finspect.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A small HTTP service behind a proxy that shares its connections: remembers on which of them each client was last served. */
final class SharedService implements AutoCloseable {
    /** A request for it has no answer. */
    static final String HANGS = "/hangs";

    private static final String FROM = "x-from: ";

    private final ServerSocket listener;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final Map<Integer, Integer> served = new ConcurrentHashMap<>();

    /** Serves what comes there. */
    SharedService(ServerSocket listener) {
        this.listener = listener;
        begin(this::accept);
    }

    private static void begin(Runnable task) {
        Thread thread = new Thread(task, "shared-service");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                accepted.add(socket);
                begin(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            for (String head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
                int at = head.toLowerCase(java.util.Locale.ROOT).indexOf(FROM) + FROM.length();
                served.put(Integer.parseInt(head.substring(at, head.indexOf('\r', at))), socket.getPort());
                if (!head.contains(HANGS)) {
                    socket.getOutputStream().write(bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
                }
            }
        } catch (IOException e) {
            // The proxy has closed it.
        }
    }

    /** The port of the proxy's connection on which the client with this port was last served; null if it was not. */
    @Nullable
    Integer servedOn(int clientPort) {
        return served.get(clientPort);
    }

    /** Sends a request for this path. */
    static void send(Socket client, String path) throws IOException {
        client.getOutputStream()
                .write(bytes(
                        "GET " + path + " HTTP/1.1\r\nhost: service\r\n" + FROM + client.getLocalPort() + "\r\n\r\n"));
    }

    /** Sends a request for this path, and returns the answer. */
    static String ask(Socket client, String path) throws IOException {
        send(client, path);
        String head = head(client.getInputStream());
        client.getInputStream().readNBytes(2);
        return head;
    }

    /** Up to the empty line; empty at the end. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket each : accepted) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
