package dev.finspect.cli.demo;

import dev.finspect.diagnose.Thresholds;
import dev.finspect.relay.ClosePolicy;
import dev.finspect.relay.Interception;
import dev.finspect.relay.ProxyProtocol;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.SocketSettings;
import dev.finspect.relay.TlsChoice;
import dev.finspect.relay.UpstreamTarget;
import dev.finspect.session.watch.DiagnosisSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The services and clients of all scenarios, on the loopback of this process. Each scenario has at most one session at a
 * time.
 */
public final class Demo implements AutoCloseable {
    /** Shorter thresholds than in production, so that the demo reports hangs within seconds. */
    private static final DiagnosisSettings SHORT_THRESHOLDS = new DiagnosisSettings(
            true,
            new Thresholds(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(1_500),
                    Duration.ofMillis(1_500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(1_500),
                    Duration.ofSeconds(5)));

    private final Map<DemoScenario, DemoService> services = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "finspect-demo");
        thread.setDaemon(true);
        return thread;
    });

    private Demo() {}

    /** Starts the services, but no clients yet. */
    public static Demo start() throws IOException {
        Demo demo = new Demo();
        try {
            for (DemoScenario scenario : DemoScenarios.ALL) {
                demo.services.put(scenario, DemoService.start(scenario, demo.threads));
            }
            return demo;
        } catch (IOException e) {
            demo.close();
            throw e;
        }
    }

    /** The address of each service, by the name of its scenario. */
    public Map<String, InetSocketAddress> services() {
        Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
        services.forEach((scenario, service) -> addresses.put(scenario.name(), service.address()));
        return addresses;
    }

    /** A route for each service, each on a free port. */
    public List<RouteSettings> routes() {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<RouteSettings> routes = new ArrayList<>();
        services.forEach((scenario, service) -> routes.add(new RouteSettings(
                scenario.name(),
                List.of(free),
                List.of(new UpstreamTarget(
                        service.address().getAddress().getHostAddress(),
                        service.address().getPort())),
                List.of(),
                List.of(),
                scenario.timeouts(),
                SocketSettings.DEFAULT,
                SocketSettings.DEFAULT,
                ClosePolicy.PROPAGATE,
                SHORT_THRESHOLDS,
                Interception.NONE,
                ProxyProtocol.NONE,
                TlsChoice.OFF)));
        return routes;
    }

    /** Starts a client for each route. */
    public void drive(Map<String, List<InetSocketAddress>> listening) {
        for (DemoScenario scenario : services.keySet()) {
            List<InetSocketAddress> route = listening.getOrDefault(scenario.name(), List.of());
            threads.execute(new DemoClient(scenario, route.get(0)));
        }
    }

    /** A description of each route, by its name. */
    public Map<String, String> descriptions() {
        Map<String, String> descriptions = new LinkedHashMap<>();
        services.keySet().forEach(scenario -> descriptions.put(scenario.name(), scenario.shows()));
        return descriptions;
    }

    /** Stops clients and services at once. */
    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (DemoService service : services.values()) {
            service.close();
        }
    }
}
