package dev.finspect.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Three hosts in a row, each a namespace, joined by two veth pairs: clients, a router on which the proxies run, services;
 * needs root. What clients send to the services passes the router, so that it can be intercepted there.
 */
public final class RoutedNetwork implements Network {
    private static final String PREFIX =
            "finspect-bench-" + ProcessHandle.current().pid();
    private static final String PROXY_HOST = "10.77.1.1";
    private static final String SERVICE_HOST = "10.77.2.2";
    private static final int FIRST_PORT = 7001;

    private int nextPort = FIRST_PORT;

    /** Makes the namespaces; {@link #close()} removes them, also after a failure here. */
    public void make(String congestionControl) throws IOException {
        for (Part part : Part.values()) {
            run("ip netns add " + name(part));
            run("ip -n " + name(part) + " link set lo up");
            set(part, "ip_local_port_range", "10000 65000");
            set(part, "tcp_congestion_control", congestionControl);
            set(part, "tcp_tw_reuse", "1"); // As on a loopback: else a minute of connections uses all ports up.
        }
        join(Part.CLIENTS, "10.77.1.2/24", PROXY_HOST + "/24");
        join(Part.SERVICES, SERVICE_HOST + "/24", "10.77.2.1/24");
        run("ip -n " + name(Part.CLIENTS) + " route add default via " + PROXY_HOST);
        run("ip -n " + name(Part.SERVICES) + " route add default via 10.77.2.1");
        set(Part.PROXY, "ip_forward", "1");
        // What one contender had redirected is nothing to the next one.
        ShortCommand.run(inside(
                Part.PROXY,
                List.of("sh", "-c", "echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait || true")));
    }

    private static void join(Part end, String address, String routersAddress) throws IOException {
        String link = end == Part.CLIENTS ? "clients" : "services";
        run("ip -n " + name(end) + " link add up0 type veth peer name " + link + " netns " + name(Part.PROXY));
        run("ip -n " + name(end) + " addr add " + address + " dev up0");
        run("ip -n " + name(Part.PROXY) + " addr add " + routersAddress + " dev " + link);
        run("ip -n " + name(end) + " link set up0 up");
        run("ip -n " + name(Part.PROXY) + " link set " + link + " up");
    }

    private static String name(Part part) {
        return PREFIX + "-" + part.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static void run(String command) throws IOException {
        ShortCommand.run(List.of(command.split(" ", -1)));
    }

    private void set(Part part, String key, String value) throws IOException {
        ShortCommand.run(inside(part, List.of("sh", "-c", "echo \"$1\" > /proc/sys/net/ipv4/" + key, "sh", value)));
    }

    @Override
    public List<String> inside(Part part, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name(part)));
        all.addAll(command);
        return all;
    }

    @Override
    public int freePort() {
        return nextPort++;
    }

    @Override
    public String host(Part part) {
        return switch (part) {
            case PROXY -> PROXY_HOST;
            case SERVICES -> SERVICE_HOST;
            case CLIENTS -> throw new IllegalArgumentException("nobody connects to the clients");
        };
    }

    @Override
    public boolean routed() {
        return true;
    }

    @Override
    public void forgetClosed() throws IOException {
        for (Part part : Part.values()) {
            ShortCommand.run(inside(part, List.of("sh", "-c", "ss -H -K state time-wait > /dev/null")));
        }
    }

    @Override
    public String congestionControl() throws IOException {
        return ShortCommand.run(inside(Part.PROXY, List.of("cat", "/proc/sys/net/ipv4/tcp_congestion_control")));
    }

    @Override
    public String description() {
        return "Three namespaces in a row: clients, the router with the proxies, services";
    }

    @Override
    public void close() throws IOException {
        for (Part part : Part.values()) {
            if (Files.exists(Path.of("/run/netns", name(part)))) {
                run("ip netns del " + name(part));
            }
        }
    }
}
