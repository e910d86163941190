package dev.finspect.bench;

import dev.finspect.bench.figure.Figure;
import dev.finspect.bench.host.Cleanup;
import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.Processes;
import dev.finspect.bench.host.ScratchDirectory;
import dev.finspect.bench.host.ShortCommand;
import dev.finspect.bench.load.LoadDriver;
import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import dev.finspect.bench.proxy.Starter;
import dev.finspect.bench.report.Report;
import dev.finspect.bench.report.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The benchmark's entry: makes the network, holds the contest, prints the report, and leaves nothing behind. */
@Command(
        name = "bench",
        description = "Measures finspect beside haproxy, nginx and no proxy at all.",
        sortOptions = false)
public final class Bench implements Callable<Integer> {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final Duration PREPARATION_LIMIT = Duration.ofMinutes(15);

    @Mixin
    private final Options options = new Options();

    private final Conditions conditions = new Conditions();

    private Bench() {}

    /** Runs the benchmark: 0 if every run succeeded, 1 if one failed, 2 if the command line is wrong. */
    public static void main(String[] args) {
        endWithParent();
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    /** Ends the benchmark when Maven, or whatever else started it, ends without saying so. */
    private static void endWithParent() {
        ProcessHandle.current().parent().ifPresent(parent -> {
            CompletableFuture<Void> unused = parent.onExit().thenRun(() -> System.exit(FAILED));
        });
    }

    @Override
    public Integer call() {
        List<Figure> figures;
        List<Proxy> proxies;
        Plan plan;
        try {
            plan = options.plan();
            figures = options.figures();
            proxies = conditions.withoutObstacle(options.proxies());
        } catch (IllegalArgumentException e) {
            Progress.say(String.valueOf(e.getMessage()));
            return USAGE;
        }
        try (Cleanup cleanup = new Cleanup()) {
            Results results = measure(cleanup, plan, figures, proxies);
            print(new Report(figures, proxies, results, conditions.sentences()));
            return results.failures().isEmpty() ? OK : FAILED;
        } catch (IOException e) {
            Progress.say("failed: " + e.getMessage());
            return FAILED;
        } catch (InterruptedException e) {
            Progress.say("ended before its time; there is no report");
            return FAILED;
        }
    }

    private Results measure(Cleanup cleanup, Plan plan, List<Figure> figures, List<Proxy> proxies)
            throws IOException, InterruptedException {
        for (List<String> preparation :
                proxies.stream().map(Proxy::preparation).distinct().toList()) {
            if (!preparation.isEmpty()) {
                String unused = ShortCommand.run(preparation, PREPARATION_LIMIT);
            }
        }
        Path scratch = cleanup.add(new ScratchDirectory()).path();
        NetworkChoice choice = new NetworkChoice(cleanup, conditions);
        Network network = options.routed
                ? choice.routed(options.congestionControl)
                : choice.make(options.congestionControl, options.hostNetwork);
        conditions.describe(plan, network, proxies);
        Processes processes = cleanup.add(new Processes(network, scratch));
        Services services = Services.start(network, processes);
        Starter starter = new Starter(network, processes, scratch, options.sessions());
        return new Contest(plan, services, starter, new LoadDriver(processes)).hold(figures, proxies);
    }

    private void print(Report report) throws IOException {
        String text = options.markdown ? report.markdown() : report.plain();
        System.out.print(text);
        if (options.output != null) {
            Files.writeString(options.output, text);
        }
    }
}
