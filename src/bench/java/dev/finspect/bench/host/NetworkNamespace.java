package dev.finspect.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of the benchmark's own, with nothing in it but a loopback interface (ip-netns(8)); needs root.
 *
 * <p>Local ports begin above all ports that are listened on, and are many, since a connection for each request leaves
 * many in TIME_WAIT.
 */
public final class NetworkNamespace implements Network {
    private static final int FIRST_PORT = 7001;
    private static final String SETTINGS = "/proc/sys/net/ipv4/";
    private static final String LOCAL_PORTS = "10000 65000";

    private final String name;
    private int nextPort = FIRST_PORT;

    /** The only one of this benchmark. */
    public NetworkNamespace() {
        this("");
    }

    /** One of several, whose names end in this. */
    NetworkNamespace(String suffix) {
        this.name = "finspect-bench-" + ProcessHandle.current().pid() + suffix;
    }

    /** Makes the namespace; {@link #close()} removes it, also after a failure here. */
    public void make() throws IOException {
        ShortCommand.run(List.of("ip", "netns", "add", name));
        ShortCommand.run(List.of("ip", "-n", name, "link", "set", "lo", "up"));
        set("ip_local_port_range", LOCAL_PORTS);
    }

    /**
     * Sets the congestion control of all sockets to come.
     *
     * @throws IOException if the kernel has none of that name, or allows it to its first namespace alone
     */
    public void useCongestionControl(String congestionControl) throws IOException {
        try {
            set("tcp_congestion_control", congestionControl);
        } catch (IOException e) {
            throw new IOException(
                    "no congestion control " + congestionControl + " in a namespace here; there is: "
                            + get("tcp_allowed_congestion_control"),
                    e);
        }
    }

    /** Sets a key of its IPv4. */
    void set(String key, String value) throws IOException {
        ShortCommand.run(inside(Part.PROXY, List.of("sh", "-c", "echo \"$1\" > " + SETTINGS + key, "sh", value)));
    }

    private String get(String key) throws IOException {
        return ShortCommand.run(inside(Part.PROXY, List.of("cat", SETTINGS + key)));
    }

    /** Its name, for ip(8). */
    String name() {
        return name;
    }

    @Override
    public List<String> inside(Part part, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    @Override
    public int freePort() {
        return nextPort++;
    }

    @Override
    public void forgetClosed() throws IOException {
        ShortCommand.run(inside(Part.PROXY, List.of("sh", "-c", "ss -H -K state time-wait > /dev/null")));
    }

    @Override
    public String congestionControl() throws IOException {
        return get("tcp_congestion_control");
    }

    @Override
    public String description() {
        return "Loopback of a network namespace of its own";
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(Path.of("/run/netns", name))) {
            ShortCommand.run(List.of("ip", "netns", "del", name));
        }
    }
}
