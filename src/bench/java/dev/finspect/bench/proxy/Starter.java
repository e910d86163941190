package dev.finspect.bench.proxy;

import dev.finspect.bench.host.Network;
import dev.finspect.bench.host.Part;
import dev.finspect.bench.host.Processes;
import dev.finspect.bench.host.RunningProcess;
import dev.finspect.bench.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Starts contenders and ends them. */
public final class Starter {
    private static final long READY_POLL_MILLIS = 200;
    private static final Duration RULES_LIMIT = Duration.ofSeconds(60);

    private final Network network;
    private final Processes processes;
    private final Path scratch;
    private final int sessions;
    private List<List<String>> passingBy = List.of();

    /**
     * A starter.
     *
     * @param scratch directory for configuration files
     * @param sessions how many sessions each contender must be able to hold
     */
    public Starter(Network network, Processes processes, Path scratch, int sessions) {
        this.network = network;
        this.processes = processes;
        this.scratch = scratch;
        this.sessions = sessions;
    }

    /** Starts a contender before a service, and waits until it listens. */
    public RunningProxy start(Proxy proxy, int upstreamPort) throws IOException, InterruptedException {
        if (proxy.isDirect()) {
            return new RunningProxy(proxy, network.host(Part.SERVICES), upstreamPort, Optional.empty());
        }
        Route route = new Route(
                network.host(Part.PROXY), network.freePort(), network.host(Part.SERVICES), upstreamPort, sessions);
        Path configuration = scratch.resolve(proxy.name() + "-" + route.listenPort() + ".conf");
        Files.writeString(configuration, proxy.configuration(route));
        List<String> command = proxy.command(route, configuration);
        RunningProcess process = processes.start(proxy.name(), Part.PROXY, command);
        RunningProxy running = new RunningProxy(
                proxy,
                proxy.intercepts() ? route.upstreamHost() : route.listenHost(),
                proxy.intercepts() ? upstreamPort : route.listenPort(),
                Optional.of(process));
        try {
            process.awaitListening(route.listenPort());
            awaitReady(proxy, process);
            passingBy = proxy.passingBy(route);
            for (List<String> rule : proxy.interception(route)) {
                ShortCommand.run(network.inside(Part.PROXY, rule), RULES_LIMIT);
            }
            return running;
        } catch (IOException e) {
            end(running);
            throw e;
        }
    }

    private void awaitReady(Proxy proxy, RunningProcess process) throws IOException, InterruptedException {
        while (!proxy.readyCommand().isEmpty()) {
            process.requireAlive();
            try {
                String unused = ShortCommand.run(network.inside(Part.PROXY, proxy.readyCommand()), RULES_LIMIT);
                return;
            } catch (IOException notYet) {
                Thread.sleep(READY_POLL_MILLIS);
            }
        }
    }

    /** Whether the benchmark is ending, so that nothing can be started any more. */
    public boolean isOver() {
        return processes.isClosed();
    }

    /** Ends a contender, and answers how many records, lines of JSON, it has written to its standard output. */
    public long end(RunningProxy running) throws IOException {
        if (running.process().isEmpty()) {
            network.forgetClosed();
            return 0;
        }
        RunningProcess process = running.process().get();
        if (running.proxy().intercepts()) {
            for (List<String> rule : passingBy) {
                ShortCommand.run(network.inside(Part.PROXY, rule), RULES_LIMIT);
            }
        }
        processes.end(process);
        network.forgetClosed();
        long records = process.outputLines("{");
        process.deleteOutput();
        return records;
    }
}
