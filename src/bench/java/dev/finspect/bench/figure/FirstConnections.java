package dev.finspect.bench.figure;

import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a process that has just started needs: the time until it listens, its own memory then, and its CPU time for the first
 * connections beside what it needs once it is warm.
 */
public final class FirstConnections implements Figure {
    private static final long FIRST = 20_000;
    /** Between the first and those that are taken for warmed. */
    private static final long BETWEEN = 80_000;

    private static final long WARMED = 20_000;
    private static final double PER_10K = 10_000;
    private static final double KB_PER_MB = 1024;

    private final int clients;

    /** With so many clients at a time. */
    public FirstConnections(int clients) {
        this.clients = clients;
    }

    @Override
    public String group() {
        return "start";
    }

    @Override
    public String title() {
        return "the first " + FIRST + " connections after the start, " + clients + " clients";
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                Measure.LISTENS_AFTER_MILLIS,
                Measure.ANONYMOUS_MB,
                Measure.FIRST_CPU_SECONDS_PER_10K_CONNECTIONS,
                Measure.WARMED_CPU_SECONDS_PER_10K_CONNECTIONS,
                Measure.FIRST_TO_WARMED);
    }

    @Override
    public int upstreamPort(Services services) {
        return services.echoPort();
    }

    @Override
    public boolean admits(Proxy proxy) {
        return !proxy.bulkOnly() && !proxy.isDirect();
    }

    @Override
    public boolean startsFresh() {
        return true;
    }

    @Override
    public Map<Measure, Double> run(Trial trial) throws IOException, InterruptedException {
        double anonymous = trial.proxy().anonymousKilobytes() / KB_PER_MB;
        double first = trial.connect(clients, FIRST).cpuSecondsPer(PER_10K);
        Trial.Outcome unused = trial.connect(clients, BETWEEN);
        double warmed = trial.connect(clients, WARMED).cpuSecondsPer(PER_10K);
        return Map.of(
                Measure.LISTENS_AFTER_MILLIS,
                trial.proxy().listensAfterMillis(),
                Measure.ANONYMOUS_MB,
                anonymous,
                Measure.FIRST_CPU_SECONDS_PER_10K_CONNECTIONS,
                first,
                Measure.WARMED_CPU_SECONDS_PER_10K_CONNECTIONS,
                warmed,
                Measure.FIRST_TO_WARMED,
                first / warmed);
    }
}
