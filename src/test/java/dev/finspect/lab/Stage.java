package dev.finspect.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.finspect.lab.net.Hosts;
import dev.finspect.lab.net.PromptSocket;
import dev.finspect.lab.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;

/** A client and a server on their hosts. */
final class Stage implements AutoCloseable {
    static final int LISTEN_PORT = 15000;
    static final int SERVER_PORT = 16000;
    private static final int PATIENCE_MILLIS = 120_000;
    static final int REQUEST_BYTES = 10;
    private static final int ANSWER_BYTES = 300;

    final Hosts hosts;
    private final boolean v6;
    private final InetSocketAddress target;
    private final Set<Integer> clientPorts = new HashSet<>();
    private ServerSocket listener;

    Stage(Hosts hosts, boolean v6) throws Exception {
        this(hosts, v6, new InetSocketAddress(hosts.middleAddress(v6), LISTEN_PORT));
    }

    /** The same with a client that connects there. */
    Stage(Hosts hosts, boolean v6, InetSocketAddress target) throws Exception {
        this.hosts = hosts;
        this.v6 = v6;
        this.target = target;
        listener = listen();
    }

    private ServerSocket listen() throws Exception {
        return hosts.server().in(() -> {
            ServerSocket opened = new PromptSocket.Listener();
            opened.setReuseAddress(true);
            opened.setSoTimeout(PATIENCE_MILLIS);
            opened.bind(new InetSocketAddress(hosts.serverAddress(v6), SERVER_PORT), 50);
            return opened;
        });
    }

    Socket connect() throws Exception {
        return hosts.client().in(() -> {
            Socket socket = socket();
            socket.connect(target, PATIENCE_MILLIS);
            return socket;
        });
    }

    /** A client's socket on a port that no scene has used: the port identifies the packets and the record of a scene. */
    private Socket socket() throws IOException {
        while (true) {
            Socket socket = new PromptSocket();
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(null);
            if (clientPorts.add(socket.getLocalPort())) {
                return socket;
            }
            socket.close();
        }
    }

    Socket accept() throws IOException {
        Socket accepted = listener.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        return accepted;
    }

    /** The client asks, the server answers; then this happens between both. */
    int exchange(Part part) throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            client.getOutputStream().write(new byte[REQUEST_BYTES]);
            assertThat(server.getInputStream().readNBytes(REQUEST_BYTES)).hasSize(REQUEST_BYTES);
            server.getOutputStream().write(new byte[ANSWER_BYTES]);
            assertThat(client.getInputStream().readNBytes(ANSWER_BYTES)).hasSize(ANSWER_BYTES);
            part.play(client, server);
            return client.getLocalPort();
        }
    }

    /** Nobody listens meanwhile. */
    int withoutServer() throws Exception {
        Sockets.stopListening(hosts.server(), listener);
        try {
            return inVain();
        } finally {
            listener = listen();
        }
    }

    /** Connects, and is cut off by finspect. */
    int inVain() throws Exception {
        return hosts.client().in(() -> {
            try (Socket client = socket()) {
                int port = client.getLocalPort();
                try {
                    client.connect(target, PATIENCE_MILLIS);
                    readToTheEnd(client);
                } catch (SocketException e) {
                    // The RST can be here before connect() has returned.
                    assertThat(e).hasMessageContaining("reset");
                }
                return port;
            }
        });
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** What happens between a client and a server that have exchanged something. */
    interface Part {
        void play(Socket client, Socket server) throws IOException;
    }

    /** Reads until the other end has closed or reset it; nothing may come before. */
    static void readToTheEnd(Socket socket) throws IOException {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }
}
