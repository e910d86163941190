package dev.finspect.lab.longterm;

import dev.finspect.lab.Await;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.ProxyProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A finspect in front of a service of its own, which accepts one connection after another and reads them or not. A session
 * hangs when a program of this machine does not read for 5 s.
 */
final class Instance implements AutoCloseable {
    private final LabFolder folder = new LabFolder();
    private final ServerSocket service;
    private final ProxyProcess finspect;

    /** Starts both. */
    Instance() throws IOException {
        this("compact");
    }

    /** Whose log has lines in this detail. */
    Instance(String detail) throws IOException {
        service = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        finspect = ProxyProcess.detailed(folder, "epoll", """
            admin: {open: [/metrics, /readyz]}
            engine: epoll
            routes:
              - {name: default, listen: '127.0.0.1:0', upstream: '127.0.0.1:%d'}
            """.formatted(service.getLocalPort()), detail);
    }

    /** Its log. */
    Path log() {
        return folder.path("records.json");
    }

    /** The lines of its log. */
    List<String> records() throws IOException {
        return Files.readAllLines(log());
    }

    /** Where its admin server is. */
    String admin() {
        return finspect.admin("").getAuthority();
    }

    /** A session of which each side hears the other. */
    void serveWell() throws IOException {
        try (Session session = new Session()) {
            session.upstream.getInputStream().read();
        }
    }

    /** A session that hangs when this returns: its service does not read what the client has sent. */
    Session hang() throws IOException {
        Session session = new Session();
        Await.until(
                () -> "nothing hangs\n" + finspect.output() + finspect.metrics(),
                () -> finspect.metrics().sum("finspect_sessions_hung") == 1);
        return session;
    }

    @Override
    public void close() throws IOException {
        finspect.close();
        service.close();
        folder.close();
    }

    /** Both ends of a session, over when they are closed. */
    final class Session implements AutoCloseable {
        private final Socket client;
        private final Socket upstream;

        private Session() throws IOException {
            client = new Socket(InetAddress.getLoopbackAddress(), finspect.port());
            client.getOutputStream().write("question\n".getBytes(StandardCharsets.US_ASCII));
            upstream = service.accept();
        }

        @Override
        public void close() throws IOException {
            client.close();
            upstream.close();
        }
    }
}
