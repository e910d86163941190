package dev.finspect.bench.figure;

import dev.finspect.bench.load.LoadKind;
import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Streams from the service to the client, as fast as they go. */
public final class Bulk implements Figure {
    private static final double BYTES_PER_GB = 1e9;
    private static final double BITS_PER_BYTE = 8;

    private final int streams;

    /** Bulk over so many streams at once. */
    public Bulk(int streams) {
        this.streams = streams;
    }

    @Override
    public String group() {
        return "bulk";
    }

    @Override
    public String title() {
        return "bulk, " + streams + (streams == 1 ? " stream" : " streams");
    }

    @Override
    public List<Measure> measures() {
        return List.of(Measure.GBIT_PER_SECOND, Measure.CPU_SECONDS_PER_GB);
    }

    @Override
    public int upstreamPort(Services services) {
        return services.sourcePort();
    }

    @Override
    public boolean admits(Proxy proxy) {
        return true;
    }

    @Override
    public Map<Measure, Double> run(Trial trial) throws IOException, InterruptedException {
        Trial.Outcome outcome = trial.run(LoadKind.BULK, streams);
        return Map.of(
                Measure.GBIT_PER_SECOND,
                outcome.result().perSecond() * BITS_PER_BYTE / BYTES_PER_GB,
                Measure.CPU_SECONDS_PER_GB,
                outcome.cpuSecondsPer(BYTES_PER_GB));
    }
}
