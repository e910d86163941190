package dev.finspect.cli.run;

import dev.finspect.cli.config.AddressConflicts;
import dev.finspect.cli.config.Addresses;
import dev.finspect.cli.config.Config;
import dev.finspect.cli.config.ConfigProblem;
import dev.finspect.cli.config.KernelTraceChoice;
import dev.finspect.cli.config.ResolvedUpstreams;
import dev.finspect.kernel.Reading;
import dev.finspect.kernel.capture.Capture;
import dev.finspect.kernel.privileges.Capability;
import dev.finspect.kernel.trace.KernelTrace;
import dev.finspect.relay.EngineChoice;
import dev.finspect.relay.RouteSettings;
import dev.finspect.relay.SocketSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report on standard error once everything is open: addresses, data path, and warnings about what is degraded. */
public final class StartReport {
    private final Config config;
    private final PrintStream err;

    public StartReport(Config config, PrintStream err) {
        this.config = config;
        this.err = err;
    }

    /** Prints a line for each route and for the admin server. */
    public void listening(ProxyServer service) {
        for (RouteSettings route : config.relay().routes()) {
            List<InetSocketAddress> real = service.relay().listening().getOrDefault(route.name(), List.of());
            err.println("route " + route.name() + ": listening on "
                    + real.stream().map(Addresses::shown).collect(Collectors.joining(", ")) + " -> "
                    + route.upstreams().stream().map(Object::toString).collect(Collectors.joining(", ")) + " ("
                    + service.relay().engineName() + ")");
        }
        admin(service, err);
        degraded(service).forEach(this::warn);
    }

    /** Prints where the admin server is and the link with which a browser is let in, if there is an admin server. */
    public static void admin(Reachable service, PrintStream err) {
        service.adminAddress()
                .ifPresent(address -> err.println("admin: http://" + Addresses.shown(address)
                        + " (/metrics, /healthz, /readyz, /api/v1/sessions)"));
        service.browserLink()
                .ifPresent(link -> err.println("browser: " + link + " (once, within 10 minutes; then: finspect open)"));
    }

    /** Prints what is captured, or why nothing is; waits until that is known. Clients are already served. */
    public void captured(ProxyServer service) {
        service.capture().ifPresent(reading -> {
            if (reading instanceof Reading.Value<Capture> open) {
                err.println("capture: " + LiveCapture.described(config) + ", no payload"
                        + open.value().widened().map(wider -> "; " + wider).orElse(""));
            } else if (reading instanceof Reading.Unavailable<Capture> none) {
                String sentence =
                        "no packets are captured, so records lack the facts that only packets show: " + none.reason();
                if (config.capture().explicit()) {
                    warn(sentence);
                } else {
                    err.println("capture: off; " + sentence);
                }
            }
        });
    }

    /** Prints that the kernel's own reasons are read, or why they are not if they are to be; waits until that is known. */
    public void traced(ProxyServer service) {
        service.kernelTrace().ifPresent(reading -> {
            if (reading instanceof Reading.Value<KernelTrace> open) {
                err.println("kernel trace: " + open.value().shows());
            } else if (reading instanceof Reading.Unavailable<KernelTrace> none
                    && config.capture().kernelTrace() == KernelTraceChoice.ON) {
                warn("records lack the kernel's own reasons: " + none.reason());
            }
        });
    }

    /** Prints the user that the process now runs as. */
    public void runsAs(RunAsUser other) {
        err.println(other.sentence());
    }

    /** Resolves the upstreams' names on its own thread; warns of names without an address and of loops back to finspect. */
    public void lookUpNames() {
        Thread thread = new Thread(
                () -> {
                    ResolvedUpstreams resolved = ResolvedUpstreams.of(config);
                    resolved.problems(config).forEach(this::warn);
                    AddressConflicts.of(config, resolved::addresses).forEach(this::warn);
                },
                "finspect-names");
        thread.setDaemon(true);
        thread.start();
    }

    /** Prints a warning of one sentence. */
    public void warn(String sentence) {
        err.println("warning: " + sentence);
    }

    private void warn(ConfigProblem problem) {
        warn(problem + " Until then, sessions to it will fail.");
    }

    private List<String> degraded(ProxyServer service) {
        List<String> sentences = new ArrayList<>();
        if (service.adminMoved()) {
            sentences.add("port " + Config.Admin.DEFAULT_PORT + " is in use, so the admin server uses another;"
                    + " --admin sets it");
        }
        if (service.relay().engineName().equals("nio") && config.relay().engine() == EngineChoice.AUTO) {
            sentences.add(
                    "the epoll library does not load, so finspect uses the portable data path: it copies more, and"
                            + " records lack tcp_info and the client's SYN; the library is unpacked into "
                            + System.getProperty("java.io.tmpdir")
                            + ", or into -Dio.netty.native.workdir, which must be writable and not mounted noexec");
        }
        congestionControls(sentences);
        if (sockets().anyMatch(s -> s.mark() != null) && !mayMark()) {
            sentences.add("mark needs CAP_NET_ADMIN or CAP_NET_RAW, and this process has neither");
        }
        return sentences;
    }

    private void congestionControls(List<String> sentences) {
        List<String> available = words(Path.of("/proc/sys/net/ipv4/tcp_available_congestion_control"));
        sockets()
                .map(SocketSettings::congestionControl)
                .filter(name -> name != null && !available.isEmpty() && !available.contains(name))
                .distinct()
                .forEach(name -> sentences.add("congestion control " + name + " is not available (available: "
                        + String.join(", ", available) + "); sockets may use the system's default"));
    }

    private Stream<SocketSettings> sockets() {
        return config.relay().routes().stream().flatMap(r -> Stream.of(r.clientSocket(), r.upstreamSocket()));
    }

    private static boolean mayMark() {
        try {
            return Capability.anyEffective(EnumSet.of(Capability.NET_ADMIN, Capability.NET_RAW));
        } catch (IOException | NumberFormatException e) {
            return true;
        }
    }

    private static List<String> words(Path file) {
        try {
            return Arrays.asList(Files.readString(file).strip().split("\\s+", -1));
        } catch (IOException e) {
            return List.of();
        }
    }
}
