package dev.finspect.lab.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sockets of a test in a namespace, whose calls wait for two minutes at most. */
public final class Sockets {
    private static final int PATIENCE_MILLIS = 120_000;
    private static final int BACKLOG = 1_000;

    private Sockets() {}

    /** A listener. */
    public static ServerSocket listen(Namespace at, InetAddress address, int port) throws Exception {
        return at.in(() -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            return socket;
        });
    }

    /** A connection. */
    public static Socket connect(Namespace from, InetSocketAddress to) throws Exception {
        return connect(from, 0, to);
    }

    /** One from this port; from any, where it is 0. */
    public static Socket connect(Namespace from, int port, InetSocketAddress to) throws Exception {
        return from.in(() -> {
            Socket socket = new Socket();
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(port));
            socket.connect(to, PATIENCE_MILLIS);
            return socket;
        });
    }
}
