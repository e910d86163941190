package dev.finspect.bench.figure;

import dev.finspect.bench.load.LoadDriver;
import dev.finspect.bench.load.LoadKind;
import dev.finspect.bench.load.LoadOrder;
import dev.finspect.bench.load.LoadResult;
import dev.finspect.bench.proxy.RunningProxy;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * One contender under one load for one time.
 *
 * @param driver gives the load its orders
 * @param proxy the contender
 * @param seconds how long
 */
public record Trial(LoadDriver driver, RunningProxy proxy, int seconds) {
    /** After a load, until work that was left behind (closes, records) is done and counted. */
    private static final long SETTLE_MILLIS = 300;

    private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(5);

    /** What a load achieved, and the CPU time in seconds that the proxy spent on it. */
    record Outcome(LoadResult result, double cpuSeconds) {
        /** CPU seconds for so many of what the result counts. */
        double cpuSecondsPer(double count) {
            return cpuSeconds * count / result.count();
        }
    }

    Outcome run(LoadKind kind, int clients) throws IOException, InterruptedException {
        double before = proxy.cpuSeconds();
        LoadResult result = order(kind, clients);
        Thread.sleep(SETTLE_MILLIS);
        if (result.count() == 0) {
            throw new IOException("nothing came through");
        }
        return new Outcome(result, proxy.cpuSeconds() - before);
    }

    /** The same for so many connections, however long they take. */
    Outcome connect(int clients, long count) throws IOException, InterruptedException {
        double before = proxy.cpuSeconds();
        LoadResult result =
                driver.run(new LoadOrder(LoadKind.CHURN, proxy.host(), proxy.port(), clients, LONGEST_MILLIS, count));
        Thread.sleep(SETTLE_MILLIS);
        return new Outcome(result, proxy.cpuSeconds() - before);
    }

    LoadResult order(LoadKind kind, int clients) throws IOException, InterruptedException {
        return driver.run(new LoadOrder(kind, proxy.host(), proxy.port(), clients, TimeUnit.SECONDS.toMillis(seconds)));
    }
}
