package dev.finspect.lab.dashboards;

import dev.finspect.lab.Background;
import dev.finspect.lab.FinspectProgram;
import dev.finspect.lab.LabFolder;
import dev.finspect.lab.Program;
import dev.finspect.lab.Programs;
import dev.finspect.lab.net.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A finspect in which the causes of all alerts can be produced; its records go to a full disk. */
final class Troubled implements AutoCloseable {
    static final int ADMIN = 9601;

    private static final int REFUSED = 17_001;
    private static final int SERVED = 17_002;
    private static final int SERVICE = 18_002;
    private static final int NOBODY = 9;
    private static final int DESCRIPTORS = 4096;

    private final Namespace namespace;
    private final Background finspect;
    private final ServerSocket service;
    private final List<Socket> open = new ArrayList<>();

    Troubled(LabFolder folder, Namespace namespace) throws Exception {
        this.namespace = namespace;
        service = namespace.in(() -> new ServerSocket(SERVICE, 500, InetAddress.getLoopbackAddress()));
        Path configuration = folder.file(
                "troubled.yaml",
                String.join(
                        "\n",
                        "admin: {listen: 127.0.0.1:" + ADMIN + "}",
                        "log: {format: json}",
                        "drain: 0s",
                        "routes:",
                        "  - {name: refused, listen: '127.0.0.1:" + REFUSED + "', upstream: 'localhost:" + NOBODY
                                + "'}",
                        "  - {name: served, listen: '127.0.0.1:" + SERVED + "', upstream: '127.0.0.1:" + SERVICE + "'}",
                        ""));
        finspect = Background.start(
                        folder.path("troubled.log"),
                        namespace.command(withFullDisk(
                                FinspectProgram.command(List.of("-Xmx96m"), "run", "-c", configuration.toString()))))
                .listeningOn(SERVED);
    }

    private static List<String> withFullDisk(List<String> command) {
        List<String> limited = new ArrayList<>(
                List.of(Programs.path("sh"), "-c", "ulimit -n " + DESCRIPTORS + "; exec \"$@\" > /dev/full", "sh"));
        limited.addAll(command);
        return limited;
    }

    /** A client whose upstream, which is a name, refuses. */
    void refuse() throws Exception {
        connect(REFUSED).close();
    }

    /** A session that its client resets after a byte. */
    void reset() throws Exception {
        try (Socket client = connect(SERVED);
                Socket server = service.accept()) {
            client.getOutputStream().write(1);
            server.getInputStream().read();
            client.setSoLinger(true, 0);
        }
    }

    /** So many sessions that stay, all in all. */
    void hold(int sessions) throws Exception {
        while (open.size() < 2 * sessions) {
            open.add(connect(SERVED));
            open.add(service.accept());
        }
    }

    /** From now on there are so many local ports. */
    void narrow(int ports) {
        namespace.set("net/ipv4/ip_local_port_range", "20000 " + (20_000 + ports - 1));
    }

    /** All of them are to be had again. */
    void allPorts() {
        namespace.set("net/ipv4/ip_local_port_range", "32768 60999");
    }

    /** From now on no descriptor is left. */
    void noMoreDescriptors() {
        Program.of(Programs.path("prlimit"), "--pid", pid(), "--nofile=16:" + DESCRIPTORS)
                .succeed();
    }

    private void descriptorsAgain() {
        Program.of(Programs.path("prlimit"), "--pid", pid(), "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS)
                .succeed();
    }

    private String pid() {
        return String.valueOf(finspect.process().pid());
    }

    /** A client that nobody accepts, for want of a descriptor. */
    void knock() throws Exception {
        open.add(connect(SERVED));
    }

    /** It is gone. */
    void end() {
        if (finspect.process().isAlive()) {
            descriptorsAgain();
            finspect.stop();
        }
    }

    String said() {
        return finspect.output();
    }

    private Socket connect(int port) throws Exception {
        return namespace.in(() -> new Socket(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public void close() throws IOException {
        try (service;
                finspect) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
