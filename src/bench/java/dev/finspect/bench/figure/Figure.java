package dev.finspect.bench.figure;

import dev.finspect.bench.load.Services;
import dev.finspect.bench.proxy.Proxy;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One thing that is measured: a load, and the numbers read from it. */
public interface Figure {
    /** The word on the command line that chooses it, and perhaps others of its kind. */
    String group();

    /** What heads its table, in a line. */
    String title();

    /** Its numbers, in the order of the table's columns. */
    List<Measure> measures();

    /** The service behind the proxies. */
    int upstreamPort(Services services);

    /** Whether the contender has something to show here. */
    default boolean admits(Proxy proxy) {
        return !proxy.bulkOnly();
    }

    /** Whether each run needs a process that has just started, without a warm-up. */
    default boolean startsFresh() {
        return false;
    }

    /** Loads a contender once and reads the numbers; those that it cannot have are not a number. */
    Map<Measure, Double> run(Trial trial) throws IOException, InterruptedException;
}
