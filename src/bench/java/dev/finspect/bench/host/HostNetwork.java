package dev.finspect.bench.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The machine's own network, with the machine's own settings, for users who may not make another one. */
public final class HostNetwork implements Network {
    @Override
    public List<String> inside(Part part, List<String> command) {
        return command;
    }

    @Override
    public int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    @Override
    public String congestionControl() throws IOException {
        return Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"))
                .strip();
    }

    @Override
    public String description() {
        return "Loopback of the machine's own network";
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
