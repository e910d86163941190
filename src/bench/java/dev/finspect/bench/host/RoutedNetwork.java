package dev.finspect.bench.host;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Three hosts in a row, each a namespace, joined by two veth pairs: clients, a router on which the proxies run, services;
 * needs root. What clients send to the services passes the router, so that it can be intercepted there.
 */
public final class RoutedNetwork implements Network {
    private static final String PROXY_HOST = "10.77.1.1";
    private static final String SERVICE_HOST = "10.77.2.2";

    private final Map<Part, NetworkNamespace> hosts = new EnumMap<>(Part.class);

    /** Nothing is made yet. */
    public RoutedNetwork() {
        for (Part part : Part.values()) {
            hosts.put(part, new NetworkNamespace("-" + part.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** Makes the namespaces; {@link #close()} removes them, also after a failure here. */
    public void make(String congestionControl) throws IOException {
        for (NetworkNamespace host : hosts.values()) {
            host.make();
            host.useCongestionControl(congestionControl);
            host.set("tcp_tw_reuse", "1"); // As on a loopback: else a minute of connections uses all ports up.
        }
        join(Part.CLIENTS, "10.77.1.2/24", PROXY_HOST + "/24");
        join(Part.SERVICES, SERVICE_HOST + "/24", "10.77.2.1/24");
        run("ip -n " + name(Part.CLIENTS) + " route add default via " + PROXY_HOST);
        run("ip -n " + name(Part.SERVICES) + " route add default via 10.77.2.1");
        namespace(Part.PROXY).set("ip_forward", "1");
        // What one contender had redirected is nothing to the next one.
        ShortCommand.run(inside(
                Part.PROXY,
                List.of("sh", "-c", "echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait || true")));
    }

    private void join(Part end, String address, String routersAddress) throws IOException {
        String link = end == Part.CLIENTS ? "clients" : "services";
        run("ip -n " + name(end) + " link add up0 type veth peer name " + link + " netns " + name(Part.PROXY));
        run("ip -n " + name(end) + " addr add " + address + " dev up0");
        run("ip -n " + name(Part.PROXY) + " addr add " + routersAddress + " dev " + link);
        run("ip -n " + name(end) + " link set up0 up");
        run("ip -n " + name(Part.PROXY) + " link set " + link + " up");
    }

    private NetworkNamespace namespace(Part part) {
        return Objects.requireNonNull(hosts.get(part));
    }

    private String name(Part part) {
        return namespace(part).name();
    }

    private static void run(String command) throws IOException {
        ShortCommand.run(List.of(command.split(" ", -1)));
    }

    @Override
    public List<String> inside(Part part, List<String> command) {
        return namespace(part).inside(part, command);
    }

    @Override
    public int freePort() {
        return namespace(Part.PROXY).freePort();
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
    public void forgetClosed() throws IOException {
        for (NetworkNamespace host : hosts.values()) {
            host.forgetClosed();
        }
    }

    @Override
    public String congestionControl() throws IOException {
        return namespace(Part.PROXY).congestionControl();
    }

    @Override
    public String description() {
        return "Three namespaces in a row: clients, the router with the proxies, services";
    }

    @Override
    public void close() throws IOException {
        for (NetworkNamespace host : hosts.values()) {
            host.close();
        }
    }
}
