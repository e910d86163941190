package dev.finspect.bench.figure;

import dev.finspect.bench.load.LoadKind;
import dev.finspect.bench.load.LoadResult;
import dev.finspect.bench.load.Services;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Clients that ask, wait for the answer, and ask again: on kept connections, or on a new one each time. */
public final class Requests implements Figure {
    private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

    private final String group;
    private final String title;
    private final LoadKind load;
    private final int clients;
    private final Measure rate;
    private final Measure cpu;
    private final double cpuPerCount;

    private Requests(
            String group, String title, LoadKind load, int clients, Measure rate, Measure cpu, double cpuPerCount) {
        this.group = group;
        this.title = title;
        this.load = load;
        this.clients = clients;
        this.rate = rate;
        this.cpu = cpu;
        this.cpuPerCount = cpuPerCount;
    }

    /** Requests of 100 bytes and answers of 100 bytes on connections that stay open. */
    public static Requests keepAlive(int clients) {
        return new Requests(
                "keepalive",
                "requests of 100 bytes, " + clients + " keep-alive clients",
                LoadKind.KEEP_ALIVE,
                clients,
                Measure.REQUESTS_PER_SECOND,
                Measure.CPU_SECONDS_PER_100K_REQUESTS,
                100_000);
    }

    /** The same, each on a connection of its own; the time of an answer begins with the connect. */
    public static Requests churn(int clients) {
        return new Requests(
                "churn",
                "a connection for each request, " + clients + " clients",
                LoadKind.CHURN,
                clients,
                Measure.CONNECTIONS_PER_SECOND,
                Measure.CPU_SECONDS_PER_10K_CONNECTIONS,
                10_000);
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public List<Measure> measures() {
        return List.of(rate, cpu, Measure.P50_MICROS, Measure.P99_MICROS);
    }

    @Override
    public int upstreamPort(Services services) {
        return services.echoPort();
    }

    @Override
    public Map<Measure, Double> run(Trial trial) throws IOException, InterruptedException {
        Trial.Outcome outcome = trial.run(load, clients);
        LoadResult result = outcome.result();
        return Map.of(
                rate,
                result.perSecond(),
                cpu,
                outcome.cpuSecondsPer(cpuPerCount),
                Measure.P50_MICROS,
                result.p50Nanos() / NANOS_PER_MICRO,
                Measure.P99_MICROS,
                result.p99Nanos() / NANOS_PER_MICRO);
    }
}
