package dev.finspect.bench;

import dev.finspect.bench.figure.Bulk;
import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.figure.FirstConnections;
import dev.finspect.bench.figure.IdleMemory;
import dev.finspect.bench.figure.Requests;
import dev.finspect.bench.proxy.Direct;
import dev.finspect.bench.proxy.Finspect;
import dev.finspect.bench.proxy.HaProxy;
import dev.finspect.bench.proxy.Intercepting;
import dev.finspect.bench.proxy.Nginx;
import dev.finspect.bench.proxy.Proxy;
import dev.finspect.relay.Interception.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line can choose; every number has a bound, so that the whole has one. */
final class Options {
    @Option(names = "--figures", split = ",", paramLabel = "FIGURE", description = "of: ${DEFAULT-VALUE}")
    private List<String> figures = List.of("bulk", "keepalive", "churn", "memory");

    @Option(names = "--proxies", split = ",", paramLabel = "PROXY", description = "of: ${DEFAULT-VALUE}")
    private List<String> proxies = List.of("direct", "haproxy", "haproxy-spliced", "nginx", Finspect.NAME);

    @Option(names = "--rounds", description = "turns of each contender (${DEFAULT-VALUE}; 1 to 50)")
    private int rounds = 5;

    @Option(names = "--seconds", description = "length of a turn (${DEFAULT-VALUE}; 1 to 60)")
    private int seconds = 4;

    @Option(names = "--warm-up-seconds", description = "load before the first round (${DEFAULT-VALUE}; 1 to 120)")
    private int warmUpSeconds = 15;

    @Option(names = "--clients", description = "clients of keepalive and churn (${DEFAULT-VALUE}; 1 to 1000)")
    private int clients = 50;

    @Option(names = "--sessions", description = "idle sessions of memory (${DEFAULT-VALUE}; 100 to 20000)")
    private int sessions = 4_000;

    @Option(names = "--finspect", paramLabel = "LAUNCHER", description = "finspect's launcher (${DEFAULT-VALUE})")
    private Path launcher = Path.of("finspect");

    @Option(names = "--warm-up", paramLabel = "N", description = "warm_up of finspect-warm-up (${DEFAULT-VALUE})")
    private int warmUp = 3_000;

    @Option(names = "--finspect-args", paramLabel = "ARGS", description = "more arguments for finspect, in one word")
    private String launcherArguments = "";

    @Option(
            names = "--congestion-control",
            paramLabel = "NAME",
            description = "of all sockets, where the network is the benchmark's own (${DEFAULT-VALUE})")
    String congestionControl = "reno";

    @Option(names = "--alone", description = "one contender at a time, warmed up before each turn; for captures")
    boolean alone;

    @Option(names = "--host-network", description = "use the machine's own network and its settings")
    boolean hostNetwork;

    @Option(
            names = "--routed",
            description =
                    "clients, proxy and services on hosts of their own, as finspect-redirect and finspect-tproxy need"
                            + " it; one contender at a time")
    boolean routed;

    @Option(names = "--seed", description = "of the order of turns (drawn, and reported)")
    private long seed = new Random().nextInt(Integer.MAX_VALUE);

    @Option(names = "--markdown", description = "report in Markdown")
    boolean markdown;

    @Option(names = "--output", paramLabel = "FILE", description = "write the report there as well")
    @Nullable
    Path output;

    @Option(names = "--help", usageHelp = true, description = "print this")
    boolean help;

    Plan plan() {
        return new Plan(
                within("--rounds", rounds, 1, 50),
                within("--seconds", seconds, 1, 60),
                within("--warm-up-seconds", warmUpSeconds, 1, 120),
                seed,
                alone || routed);
    }

    int sessions() {
        return within("--sessions", sessions, 100, 20_000);
    }

    List<Figure> figures() {
        int bounded = within("--clients", clients, 1, 1_000);
        List<Figure> known = List.of(
                new Bulk(1),
                new Bulk(8),
                Requests.keepAlive(bounded),
                Requests.churn(bounded),
                new IdleMemory(sessions()),
                new FirstConnections(bounded));
        return chosen("--figures", figures, known, Figure::group);
    }

    List<Proxy> proxies() {
        List<String> arguments = Stream.of(launcherArguments.strip().split(" +", -1))
                .filter(argument -> !argument.isEmpty())
                .toList();
        List<Proxy> known = List.of(
                new Direct(),
                HaProxy.copying(),
                HaProxy.logging(),
                HaProxy.splicing(),
                new Nginx(),
                new Finspect(launcher, arguments),
                Finspect.capturing("off", launcher, arguments),
                Finspect.capturing("lifecycle", launcher, arguments),
                Finspect.capturing("headers", launcher, arguments),
                Finspect.warmingUp(warmUp, launcher, arguments),
                new Intercepting(Mode.REDIRECT, launcher, arguments),
                new Intercepting(Mode.TPROXY, launcher, arguments));
        List<Proxy> chosen = chosen("--proxies", proxies, known, Proxy::name);
        if (!routed && chosen.stream().anyMatch(Proxy::intercepts)) {
            throw new IllegalArgumentException("--proxies: finspect-redirect and finspect-tproxy need --routed");
        }
        return chosen;
    }

    private static <T> List<T> chosen(String option, List<String> names, List<T> known, Function<T, String> name) {
        List<String> all = known.stream().map(name).distinct().toList();
        for (String wanted : names) {
            if (!all.contains(wanted)) {
                throw new IllegalArgumentException(option + ": " + wanted + " is none of " + String.join(", ", all));
            }
        }
        return known.stream().filter(one -> names.contains(name.apply(one))).toList();
    }

    private static int within(String option, int value, int least, int greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(option + " must be " + least + " to " + greatest);
        }
        return value;
    }
}
