package dev.finspect.cli.run;

import dev.finspect.cli.config.Config;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.capture.CaptureSettings;
import dev.finspect.relay.Interception;
import dev.finspect.relay.PortRange;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.CaptureSink;
import dev.finspect.tcp.IpAddress;
import dev.finspect.wire.filter.FilterMode;
import dev.finspect.wire.filter.FilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The packet capture of a running finspect. It opens on its own thread, because opening takes about 100 ms and clients
 * should not wait. Any thread.
 */
final class LiveCapture implements AutoCloseable {
    private static final int MOST_PORT = 65_535;

    private final CompletableFuture<Reading<Capture>> opened;

    private LiveCapture(CompletableFuture<Reading<Capture>> opened) {
        this.opened = opened;
    }

    /** Starts to open it. */
    static LiveCapture start(Config config, List<FilterRule> rules, CaptureSink sink) {
        int block = Math.min(CaptureSettings.BLOCK_BYTES, config.capture().ringBytes() / 2);
        CaptureSettings settings =
                new CaptureSettings(rules, block, config.capture().ringBytes() / block);
        CompletableFuture<Reading<Capture>> opened = new CompletableFuture<>();
        Thread opener = new Thread(
                () -> {
                    Reading<Capture> reading;
                    try {
                        reading = Capture.open(settings, sink);
                    } catch (RuntimeException | Error e) {
                        reading = new Reading.Unavailable<>("cannot open it: " + e + ".");
                    }
                    if (reading instanceof Reading.Unavailable<Capture> refused) {
                        sink.ended(refused.reason());
                    }
                    opened.complete(reading);
                },
                "finspect-capture-opener");
        opener.setDaemon(true);
        opener.start();
        return new LiveCapture(opened);
    }

    /** The open capture, or why there is none; waits until that is known. */
    Reading<Capture> opened() {
        return opened.join();
    }

    /**
     * Captures by other rules, once it is open; nothing if it cannot be opened.
     *
     * @throws IllegalStateException if the kernel takes no filter for them
     */
    void change(List<FilterRule> rules) {
        if (opened.join() instanceof Reading.Value<Capture> reading) {
            reading.value().change(rules);
        }
    }

    @Override
    public void close() {
        if (opened.join() instanceof Reading.Value<Capture> reading) {
            reading.value().close();
        }
    }

    /** One rule for each listener and upstream of the captured routes; an upstream given by name matches any address. */
    static List<FilterRule> rules(Config config, Map<String, List<InetSocketAddress>> listening) {
        Set<FilterRule> rules = new LinkedHashSet<>();
        List<RouteSettings> routes = config.relay().routes();
        for (int i = 0; i < routes.size(); i++) {
            RouteSettings route = routes.get(i);
            rules.addAll(
                    rules(route, config.capture().modes().get(i), listening.getOrDefault(route.name(), List.of())));
        }
        return new ArrayList<>(rules);
    }

    /** The same for one route, captured in this mode. */
    static Set<FilterRule> rules(RouteSettings route, FilterMode mode, List<InetSocketAddress> listening) {
        Set<FilterRule> rules = new LinkedHashSet<>();
        if (mode == FilterMode.OFF) {
            return rules;
        }
        for (InetSocketAddress address : listening) {
            boolean any = address.getAddress().isAnyLocalAddress();
            rules.add(new FilterRule(any ? null : IpAddress.of(address.getAddress()), address.getPort(), mode));
        }
        for (UpstreamTarget target : route.upstreams()) {
            if (!target.isOriginal()) {
                rules.add(new FilterRule(numeric(target.host()), target.port(), mode));
            }
        }
        if (route.interception().intercepts()) {
            addPorts(route.interception(), mode, rules);
        }
        return rules;
    }

    /** Adds the destination ports of intercepted connections, at any address. */
    private static void addPorts(Interception interception, FilterMode mode, Set<FilterRule> rules) {
        List<PortRange> ports =
                interception.ports().isEmpty() ? List.of(new PortRange(1, MOST_PORT)) : interception.ports();
        for (PortRange range : ports) {
            for (int port = range.first(); port <= range.last(); port++) {
                rules.add(new FilterRule(null, port, mode));
            }
        }
    }

    /** What is captured, for the start report: {@code headers of web, lifecycle of db}. */
    static String described(Config config) {
        List<String> parts = new ArrayList<>();
        for (FilterMode mode : FilterMode.values()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < config.relay().routes().size(); i++) {
                if (config.capture().modes().get(i) == mode) {
                    names.add(config.route(i).name());
                }
            }
            if (!names.isEmpty()) {
                parts.add(mode.label() + " of " + shortened(names));
            }
        }
        return parts.size() == 1 ? parts.get(0).replaceFirst(" of .*", "") : String.join(", ", parts);
    }

    private static String shortened(List<String> names) {
        int most = 5;
        return names.size() <= most
                ? String.join(" and ", names)
                : String.join(", ", names.subList(0, most - 1)) + " and " + (names.size() - most + 1) + " others";
    }

    private static @Nullable IpAddress numeric(String host) {
        return Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(host))
                .map(LiveCapture::address)
                .orElse(null);
    }

    private static IpAddress address(byte[] bytes) {
        try {
            return IpAddress.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError("Netty's addresses have 4 or 16 bytes", e);
        }
    }
}
