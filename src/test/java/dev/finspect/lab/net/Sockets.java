package dev.finspect.lab.net;

import dev.finspect.lab.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Sockets of a test in a namespace, whose calls wait for two minutes at most. */
public final class Sockets {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int BACKLOG = 1_000;

    private Sockets() {}

    /** A listener. */
    public static ServerSocket listen(Namespace at, InetAddress address, int port) throws Exception {
        return at.in(() -> {
            ServerSocket socket = new PromptSocket.Listener();
            socket.setReuseAddress(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            return socket;
        });
    }

    /**
     * Closes a listener, and waits until the kernel refuses connections to it. A program that another test starts at this moment
     * has a copy of every descriptor of this JVM until it closes them, so that the kernel goes on listening for so long.
     */
    public static void stopListening(Namespace at, ServerSocket listener) throws Exception {
        int port = listener.getLocalPort();
        listener.close();
        at.in(() -> {
            Path tables = Path.of("/proc/thread-self/net").toRealPath();
            Await.until(() -> "something still listens on " + port, () -> !isListening(tables, port));
            return port;
        });
    }

    /**
     * Whether a socket is in LISTEN (0A) on this port, of IPv4 or IPv6.
     *
     * @param tables the folder {@code net} of a process or thread in the network namespace, see proc_pid_net(5)
     */
    public static boolean isListening(Path tables, int port) {
        Pattern listening = Pattern.compile(String.format(Locale.ROOT, ":%04X 0+:0000 0A ", port));
        return Stream.of("tcp", "tcp6").map(tables::resolve).anyMatch(table -> {
            try {
                return Files.exists(table)
                        && listening.matcher(Files.readString(table)).find();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A connection. */
    public static Socket connect(Namespace from, InetSocketAddress to) throws Exception {
        return connect(from, 0, to);
    }

    /** One from this port; from any, where it is 0. */
    public static Socket connect(Namespace from, int port, InetSocketAddress to) throws Exception {
        return from.in(() -> {
            Socket socket = new PromptSocket();
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(port));
            socket.connect(to, PATIENCE_MILLIS);
            return socket;
        });
    }
}
